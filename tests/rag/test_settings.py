"""Settings: arguments over variables over the file over defaults; whatever is unknown or wrong is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import load_settings


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where footnote.toml is looked for."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "footnote.toml"


def test_arguments_win_over_variables_over_the_file_over_defaults(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    default = load_settings().top_k
    file.write_text("top_k = 11\ncandidates = 22\nrerank = 33\n")
    monkeypatch.setenv("FOOTNOTE_CANDIDATES", "44")
    monkeypatch.setenv("FOOTNOTE_RERANK", "55")
    settings = load_settings(rerank=66)
    assert default != 11
    assert (settings.top_k, settings.candidates, settings.rerank) == (11, 44, 66)


def test_unknown_keys_are_refused_and_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="top_kk"):
        load_settings(top_kk=3)
    monkeypatch.setenv("FOOTNOTE_TOP_KK", "3")
    with pytest.raises(SettingsError, match="FOOTNOTE_TOP_KK"):
        load_settings()
    monkeypatch.delenv("FOOTNOTE_TOP_KK")
    file.write_text("top_kk = 3\n")
    with pytest.raises(SettingsError, match=r"top_kk.*"):
        load_settings()


def test_every_wrong_value_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("top_k = 0\n")
    monkeypatch.setenv("FOOTNOTE_CHUNK_TOKENS", "many")
    with pytest.raises(SettingsError, match=r"(?s)footnote\.toml") as caught:
        load_settings(llm_timeout_s=0)
    for name in ("top_k", "chunk_tokens", "llm_timeout_s"):
        assert name in str(caught.value)


@pytest.mark.parametrize("content", [b"top_k = \n", b"\xff\xfe\x00", b"[[["])
def test_a_file_that_is_no_toml_is_named(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"footnote\.toml can't be read"):
        load_settings()


def test_the_home_holds_everything_of_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "elsewhere"))
    settings = load_settings()
    for path in (settings.catalog_path, settings.vectors_dir, settings.lock_path):
        assert path.parent == tmp_path / "elsewhere"
    assert not settings.home.exists()


def test_settings_can_not_be_changed_and_do_not_show_the_key() -> None:
    settings = load_settings(api_key="sesame")
    with pytest.raises(ValueError, match="frozen"):
        settings.top_k = 3
    assert "sesame" not in f"{settings!r} {settings} {settings.model_dump()}"
    assert settings.api_key.get_secret_value() == "sesame"
