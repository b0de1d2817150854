"""The progress bar of a run, with time left and scores so far."""

from __future__ import annotations

from types import TracebackType

from tqdm import tqdm


class ProgressBar:
    """A bar over the questions of a run; its scores are shares of the questions so far."""

    def __init__(self, title: str, n_questions: int, *, enabled: bool) -> None:
        self._bar = tqdm(
            total=n_questions, desc=title, unit="question", disable=None if enabled else True, dynamic_ncols=True
        )
        self._n = self._correct = self._false_answers = self._false_refusals = 0

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.close()

    def advance(self, *, correct: bool, answered: bool, expected: bool) -> None:
        """Count one question.

        Args:
            correct: whether the answer or the abstention is right.
            answered: whether it was answered.
            expected: whether it should have been answered.
        """
        self._n += 1
        self._correct += correct
        self._false_answers += answered and not expected and not correct
        self._false_refusals += expected and not answered
        scores = f"right {self._correct / self._n:.0%}, false answers {self._false_answers}, "
        self._bar.set_postfix_str(f"{scores}false refusals {self._false_refusals}", refresh=False)
        self._bar.update()
