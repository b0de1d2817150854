"""The judge of a run: a claim checker, calibrated where a calibration is at hand, asked once for each pair."""

from __future__ import annotations

from eval.records import Supports
from rag.answering.parts import split_question
from rag.checking.calibration import CalibratedChecker, Calibration
from rag.ports import ClaimChecker
from rag.records import Window


class Judge:
    """Says whether evidence supports a claim; the same claim, evidence and question are judged once."""

    def __init__(self, checker: ClaimChecker, calibration: Calibration | None = None) -> None:
        self.name = checker.name
        self.calibration = calibration
        self._checker = CalibratedChecker(checker, calibration) if calibration else checker
        self._seen: dict[tuple[str, str, tuple[tuple[str, int, int, str], ...]], bool] = {}

    def for_question(self, question: str) -> Supports:
        """The judge of claims that answer this question, or one of its parts."""
        parts = split_question(question)

        def supports(claim: str, evidence: tuple[Window, ...]) -> bool:
            return any(self._supports(part, claim, evidence) for part in parts)

        return supports

    def _supports(self, question: str, claim: str, evidence: tuple[Window, ...]) -> bool:
        places = tuple((item.article.id, item.start, item.end, item.quote) for item in evidence)
        key = (question, claim, places)
        if key not in self._seen:
            self._seen[key] = self._checker.check(claim, evidence, question).verdict == "supported"
        return self._seen[key]
