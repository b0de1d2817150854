"""The manifest of a run: settings, models and data, in `manifest.json`. A run is only resumed with the same ones."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from eval.data.questions import render_question
from eval.records import Question
from rag.errors import SettingsError
from rag.settings import Settings

FORMAT = 1
PLACES = {"home", "models_dir", "api_key", "threads"}
"""Settings that don't change a run's answers, only its places and its speed; and the key, which is secret."""

PACKAGES = ("footnote-rag", "sentence-transformers", "chromadb", "langchain-core", "xllamacpp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The settings, models and data of a run.

    Attributes:
        dataset: file name of the data set; `dataset_sha256` is that of the whole file.
        questions_sha256: a hash of the selected questions, all their fields.
        articles_sha256: a hash of the articles answered from; "" for a target that answers from elsewhere.
        attacks_sha256: a hash of the attacks that were planted; "" for a clean run.
        models: the names of the models by role, as the target reports them.
    """

    format: int = FORMAT
    dataset: str
    dataset_sha256: str
    questions_sha256: str
    n_questions: int
    limit: int | None
    seed: int
    articles_sha256: str
    attacks_sha256: str = ""
    target: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


def questions_hash(questions: Sequence[Question]) -> str:
    """Return a hash of questions with all their fields, in their order."""
    lines = [json.dumps(render_question(question), sort_keys=True) for question in questions]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def settings_fields(settings: Settings) -> dict[str, Any]:
    """Return the settings that can change a run's answers, without places and keys."""
    return settings.model_dump(mode="json", exclude=PLACES)


def installed_versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that can change a run's answers, if they are installed."""
    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def claim_directory(directory: Path, manifest: Manifest) -> None:
    """Write the manifest into a directory, or check that the one that is there is the same.

    Raises:
        SettingsError: the directory holds another run; the message names what differs.
    """
    path = directory / "manifest.json"
    wanted = json.loads(json.dumps(asdict(manifest)))
    if path.exists():
        _refuse_other(path, wanted)
        return
    if (directory / "results.jsonl").exists():
        raise SettingsError(f"{directory} holds results without a manifest. Choose another folder with --out.")
    directory.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(wanted, indent=2) + "\n", encoding="utf-8")


def load_manifest(directory: Path) -> dict[str, Any]:
    """Return the manifest of a run, as its JSON object.

    Raises:
        SettingsError: the directory holds no run.
    """
    try:
        data = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise SettingsError(f"{directory} holds no run of `footnote eval run` ({exc}).") from exc
    if not isinstance(data, dict):
        raise SettingsError(f"{directory / 'manifest.json'} is not a JSON object.")
    return data


def _refuse_other(path: Path, wanted: Mapping[str, Any]) -> None:
    found = load_manifest(path.parent)
    changed = [key for key in {**found, **wanted} if found.get(key) != wanted.get(key)]
    if changed:
        listed = "; ".join(f"{key} was {_short(found.get(key))}, is {_short(wanted.get(key))}" for key in changed)
        raise SettingsError(
            f"{path.parent} holds another run, so it can't be resumed: {listed}. Choose another folder with --out."
        )


def _short(value: object) -> str:
    text = json.dumps(value) if not isinstance(value, str) else value
    return text if len(text) <= 200 else text[:199] + "…"
