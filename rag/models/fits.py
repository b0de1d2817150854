"""The fitted models of the package, and which of them are stale: fitted on the features of other code.

The file of a fit holds a hash of the code that made its features. Where that differs from the hash of today's code, the
weights belong to other features, and the model has to be fitted again (see `MODEL_CARD.md` beside the checker).
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

WEIGHTS = Path(__file__).parent / "weights"

_SUPPORT = (
    "rag.checking.features",
    "rag.text.names",
    "rag.text.numbers",
    "rag.text.overlap",
    "rag.text.words",
    "rag.text.languages",
    "rag.text.times",
    "rag.text.windows",
)
_DECISION = (
    *_SUPPORT,
    "rag.text.questions",
    "rag.reading.evidence",
    "rag.checking.alignment",
    "rag.checking.checker",
    "rag.checking.claims",
    "rag.checking.decision",
)
_IMPORTS = (ast.Import, ast.ImportFrom)
_DECISION_FILES = ("checker/config.json", "checker/combination.json", "reader/config.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A fitted model, with the code and files that make its features.

    Attributes:
        file: its path below `weights/`.
        modules: names of the modules whose code makes its features.
        files: paths below `weights/` of the files that its features depend on.
        made_by: the command that fits it.
    """

    file: str
    modules: tuple[str, ...]
    files: tuple[str, ...] = ()
    made_by: str


COMBINATION = Fit(file="checker/combination.json", modules=_SUPPORT, made_by="python -m eval.training.combination")
DECISION = Fit(
    file="decision.json", modules=_DECISION, files=_DECISION_FILES, made_by="python -m eval.training.decision"
)
QUOTES = Fit(
    file="quotes.json",
    modules=(*_DECISION, "rag.reading.selection"),
    files=_DECISION_FILES,
    made_by="python -m eval.training.decision --quotes",
)
TOPICS = Fit(
    file="topics.json",
    modules=QUOTES.modules,
    files=("minilm/config.json",),
    made_by="python -m eval.training.decision --quotes",
)
KINDS_FIT = Fit(
    file="kinds.json",
    modules=("rag.text.shapes",),
    files=("minilm/config.json",),
    made_by="python -m eval.training.kinds",
)
FITS = (COMBINATION, DECISION, QUOTES, TOPICS, KINDS_FIT)


def stale_fits(fits: Iterable[Fit] = FITS, weights: Path = WEIGHTS) -> list[Fit]:
    """Return the fits whose file holds no hash, or another one than `features_hash` gives today."""
    return [fit for fit in fits if is_stale(weights / fit.file, fit, weights)]


def is_stale(path: Path, fit: Fit, weights: Path = WEIGHTS) -> bool:
    """Return whether the file of a fitted model holds no hash, or another one than `features_hash` gives today."""
    found = json.loads(path.read_text(encoding="utf-8")).get("features")
    return bool(found != features_hash(fit, weights))


def features_hash(fit: Fit, weights: Path = WEIGHTS) -> str:
    """Return the hash, 16 hexadecimal digits, of the code and files that make a fit's features."""
    digest = hashlib.sha256()
    for name in fit.modules:
        digest.update(code_shape(_source_of(name)).encode())
    for file in fit.files:
        digest.update((weights / file).read_bytes())
    return digest.hexdigest()[:16]


def code_shape(source: str) -> str:
    """Return the syntax of Python code as text, without its layout, comments, docstrings and imports.

    Imports are left out so that a module can move to another room without making a fit stale: what it imports is
    hashed where it is listed itself.
    """
    return repr(_shape(ast.parse(source)))


def _shape(node: object) -> object:
    """Return a node as nested lists, without empty fields, which differ between versions of Python."""
    if isinstance(node, ast.AST):
        fields = [(name, _shape(value)) for name, value in ast.iter_fields(node)]
        return [type(node).__name__, *(field for field in fields if field[1] not in ("None", []))]
    if isinstance(node, list):
        return [_shape(item) for item in node if not isinstance(item, _IMPORTS) and not _is_docstring(item)]
    return repr(node)


def _is_docstring(node: object) -> bool:
    """Return whether a node is a statement of nothing but a string: a docstring, or the text below a constant."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant):
        return False
    return isinstance(node.value.value, str)


def _source_of(module: str) -> str:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"No module {module}.")
    return Path(spec.origin).read_text(encoding="utf-8")
