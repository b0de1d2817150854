"""The results of a run: `results.jsonl`, one answer object a line, written at once and read again to resume.

A line is the answer object of `footnote ask --json` under the question's id, with one more key, `eval`:
`{"error", "n_judged", "n_accepted", "first_claim_ms"}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.records import Question, Result
from eval.running.json_lines import append_line, drop_cut_off_line, write_lines
from eval.running.target import Target, ask_safely
from rag.errors import DatasetError
from rag.serialization import parse_answer, render_answer

RESULTS_FILE = "results.jsonl"


class ResultsFile:
    """The file of a run's results, opened to be completed; what it holds from an interrupted run isn't asked again.

    A question on which the target failed is asked again when the file is opened the next time.
    """

    def __init__(self, directory: Path) -> None:
        """Open the file in a folder, which is made if it is missing.

        Raises:
            DatasetError: a line isn't a result.
        """
        directory.mkdir(parents=True, exist_ok=True)
        self._path = directory / RESULTS_FILE
        self._results = _resume(self._path)

    def answer(self, target: Target, question: Question) -> Result:
        """Return the stored result of a question, or the target's, which is on the disk before this returns."""
        if question.id not in self._results:
            line = render_result(ask_safely(target, question))
            with self._path.open("a", encoding="utf-8") as file:
                append_line(file, line)
            self._results[question.id] = parse_result(line)
        return self._results[question.id]


def answer_questions(
    target: Target,
    questions: Sequence[Question],
    directory: Path,
    on_result: Callable[[Question, Result], None] = lambda question, result: None,
) -> dict[str, Result]:
    """Return the results of all questions by id: those stored in the directory, and the target's for the others.

    `on_result` is called with each result in the order of the questions.
    """
    file = ResultsFile(directory)
    results = {}
    for question in questions:
        results[question.id] = file.answer(target, question)
        on_result(question, results[question.id])
    return mark_citing(results)


def load_results(directory: Path) -> dict[str, Result]:
    """Return the results of a run by question id.

    Raises:
        DatasetError: the file is missing, or a line isn't a result.
    """
    path = directory / RESULTS_FILE
    if not path.exists():
        raise DatasetError(f"{directory} holds no {RESULTS_FILE}.")
    return mark_citing(_read(path))


def mark_citing(results: dict[str, Result]) -> dict[str, Result]:
    """Return the results, each marked with whether any of them has a claim or a citation."""
    cites = any(result.answer.claims or result.answer.citations for result in results.values())
    return {id_: replace(result, cites=cites) for id_, result in results.items()}


def render_result(result: Result) -> dict[str, Any]:
    """Return the result as a line's object."""
    evaluation = {
        "error": result.error,
        "n_judged": result.n_judged,
        "n_accepted": result.n_accepted,
        "first_claim_ms": result.first_claim_ms,
    }
    return {**render_answer(result.answer), "eval": evaluation}


def parse_result(data: dict[str, Any]) -> Result:
    """Return the result of a line's object; an answer object without the key `eval` is taken as it is.

    Raises:
        KeyError, TypeError: it is no answer object.
    """
    evaluation = data.get("eval") or {}
    return Result(
        answer=parse_answer(data),
        error=evaluation.get("error", ""),
        n_judged=evaluation.get("n_judged", 0),
        n_accepted=evaluation.get("n_accepted", 0),
        first_claim_ms=evaluation.get("first_claim_ms"),
    )


def _resume(path: Path) -> dict[str, Result]:
    """Return the stored results, after removing failed ones and a last line that was cut off from the file."""
    if not path.exists():
        return {}
    drop_cut_off_line(path)
    results = _read(path)
    kept = {id_: result for id_, result in results.items() if not result.error}
    if len(kept) < len(results):
        write_lines(path, map(render_result, kept.values()))
    return kept


def _read(path: Path) -> dict[str, Result]:
    results: dict[str, Result] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            result = parse_result(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise DatasetError(f"{path}, line {number}: no result ({type(exc).__name__}: {exc}).") from exc
        results[result.answer.id] = result
    return results
