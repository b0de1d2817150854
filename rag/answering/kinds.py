"""TEMP."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class KindGuess:
    """A guess."""

    kind: str
    probability: float
    second: str = ""
    ask: str = ""
