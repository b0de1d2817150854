import pytest

from rag.library.library import Library
from rag.models.fits import COMBINATION
from rag.settings import Settings, load_settings
from ui.cli import doctor
from ui.cli.doctor import Check, examine


def checks_of(settings: Settings) -> dict[str, Check]:
    return {check.name: check for check in examine(settings)}


def test_everything_wrong_has_a_remedy(settings: Settings) -> None:
    for check in examine(settings):
        assert check.status == "ok" or check.remedy


def test_missing_package_fails_the_check(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", ("no-such-package",))

    check = checks_of(settings)["Packages"]

    assert (check.status, check.remedy) == ("failed", "Run `make setup`.")
    assert "no-such-package" in check.detail


def test_index_of_another_model_fails_the_check_and_names_the_remedy(library: Library, settings: Settings) -> None:
    check = checks_of(settings)["Index"]  # the settings name MiniLM, the library was made with a fake

    assert check.status == "failed" and "footnote rebuild" in check.remedy


def test_extracts_only_is_noted() -> None:
    check = checks_of(load_settings(llm="none"))["Language model"]

    assert check.status == "warning" and "extracts" in check.detail


def test_full_disk_and_small_memory_are_warned_of(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "DISK_FREE_MIN_MB", 10**12)
    monkeypatch.setattr(doctor, "_memory_mb", lambda: 1500.0)

    checks = checks_of(settings)

    assert checks["Disk for the library"].status == checks["Memory"].status == "warning"
    assert checks_of(load_settings(llm="none"))["Memory"].status == "ok"


def test_a_fit_older_than_its_features_is_warned_of(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "stale_fits", lambda: [COMBINATION])
    check = checks_of(settings)["Fits"]
    assert (check.status, check.remedy) == ("warning", "Run `python -m eval.training.combination`.")
    monkeypatch.setattr(doctor, "stale_fits", lambda: [])
    assert checks_of(settings)["Fits"].status == "ok"
