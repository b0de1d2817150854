"""Claim checkers by `provider:name`; `rag/models` loads their weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rag.checking.checker import Judge, NetworkChecker, SignalsChecker, parse_nli
from rag.errors import SettingsError
from rag.models.cross_encoders import CrossEncoder, OnnxCrossEncoder, load_hub_cross_encoder
from rag.models.files import SHIPPED, shipped_dir
from rag.models.loading import Loader, load_named, thread_count
from rag.models.logistic import load_logistic
from rag.models.weights import COMBINATION_FILE
from rag.ports import ClaimChecker
from rag.settings import Settings


def load_checker(settings: Settings) -> ClaimChecker:
    """Return the claim checker that `settings.checker` names; its network is loaded at the first use.

    Raises:
        ModelNotFoundError: the package was built without the built-in network.
        SettingsError: the provider, or the built-in checker, is unknown.
    """
    return load_named("checker", settings.checker, CHECKER_LOADERS, settings)


def _builtin_checker(name: str, settings: Settings) -> ClaimChecker:
    if name == "signals":
        return SignalsChecker()
    if name == SHIPPED["checker"]:
        return _network_checker(shipped_dir("checker"), f"builtin:{name}", settings)
    raise SettingsError(f"Unknown checker 'builtin:{name}'. The built-in ones are builtin:signals and builtin:checker.")


def _onnx_checker(name: str, settings: Settings) -> ClaimChecker:
    return _network_checker(Path(name), f"onnx:{name}", settings)


def _network_checker(folder: Path, name: str, settings: Settings) -> ClaimChecker:
    def load() -> Judge:
        network = OnnxCrossEncoder(folder, thread_count(settings))
        return lambda claim, evidence: _probabilities(network, claim, evidence)

    return NetworkChecker(load, name, load_logistic(folder / COMBINATION_FILE))


def _hub_checker(name: str, settings: Settings) -> ClaimChecker:
    def load() -> Judge:
        network = load_hub_cross_encoder(name)
        read = _read_support if len(network.labels) == 1 else parse_nli
        return lambda claim, evidence: read(_probabilities(network, evidence, claim))  # premise before hypothesis

    return NetworkChecker(load, f"cross-encoder:{name}")


def _probabilities(network: CrossEncoder, first: str, second: str) -> Mapping[str, float]:
    """Return the probability of each label, by its name."""
    (row,) = network.predict([(first, second)])
    return dict(zip(network.labels, map(float, row), strict=True))


def _read_support(probabilities: Mapping[str, float]) -> Mapping[str, float]:
    """Return the probability of each verdict, from a model whose single output is the support."""
    (support,) = probabilities.values()
    return {"supported": support, "unsupported": 1 - support, "contradicted": 0.0}


CHECKER_LOADERS: dict[str, Loader[ClaimChecker]] = {
    "builtin": _builtin_checker,
    "onnx": _onnx_checker,
    "cross-encoder": _hub_checker,
}
