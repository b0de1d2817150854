"""Telling kinds of questions apart, on questions and topics that the classifier never saw."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from rag.answering.kinds import CERTAIN_MIN, MOVES, SAME, KindClassifier, best_guess, continue_kind, load_kinds
from rag.models.embeddings import load_embeddings
from rag.models.fits import KINDS_FIT, WEIGHTS
from rag.models.softmax import load_softmax
from rag.records import KINDS
from rag.settings import load_settings
from tests.fakes import BagOfWordsEmbeddings

UNSEEN = Path(__file__).parent / "unseen_kinds.txt"
"""Questions by label: `question << the one before`."""

ACCURACY_MIN = 0.93
"""97% of the kinds are guessed."""


@pytest.fixture(scope="module")
def classifier() -> KindClassifier:
    settings = load_settings()
    return load_kinds(settings, load_embeddings(settings))


def unseen() -> list[tuple[str, str, str]]:
    """Label, question, and the question before it or ""."""
    found, label = [], ""
    for line in UNSEEN.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            label = line.removeprefix("# ")
        else:
            question, _, previous = line.partition(" << ")
            found.append((label, question, previous))
    return found


def test_unseen_questions_are_told_apart(classifier: KindClassifier) -> None:
    right: dict[str, list[bool]] = defaultdict(list)
    for label, question, previous in unseen():
        kind = label.partition(":")[0]
        right[kind].append(classifier.classify(question, previous).kind == kind)
    every = [each for found in right.values() for each in found]
    assert len(every) > 150 and set(right) == {*KINDS, *MOVES}
    assert sum(every) / len(every) >= ACCURACY_MIN
    assert {kind for kind, found in right.items() if sum(found) / len(found) < 0.75} == set()


def test_what_is_asked_of_the_library_and_the_sort_of_talk_are_told_apart(classifier: KindClassifier) -> None:
    wrong = [
        (label, question, guess.ask)
        for label, question, previous in unseen()
        if ":" in label and (guess := classifier.classify(question, previous)).ask != label.partition(":")[2]
    ]
    assert len(wrong) <= 3, wrong


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many articles are there?", "library"),
        ("How many violins are there?", "fact"),
        ("Who are you?", "talk"),
        ("Who are the robbers?", "list"),
        ("Who wrote the article on violins?", "library"),
        ("Who wrote the violin concerto?", "fact"),
        ("List the violins.", "list"),
        ("List all articles.", "library"),
        ("Summarise the Gazette article.", "summary"),
        ("What does the article on violins say?", "overview"),
        ("When was the list of violins published?", "fact"),
    ],
)
def test_neighbours_are_told_apart(classifier: KindClassifier, question: str, kind: str) -> None:
    assert classifier.classify(question).kind == kind


def test_what_was_asked_before_counts(classifier: KindClassifier) -> None:
    assert classifier.classify("and the second?", "Summarise the first article.").kind == "summary"
    assert classifier.classify("thanks, and when did it end?", "Who won the war?").kind == "fact"
    assert classifier.classify("hi", "List the violins.").kind == "talk"


@pytest.mark.parametrize(
    ("previous", "kind", "ask"),
    [
        ("Who conducts the choir of Lund?", "fact", ""),
        ("Why did the choir of Lund break up?", "explanation", ""),
        ("Give me a timeline of the choir of Lund.", "timeline", ""),
        ("Tell me about the choir of Lund.", "overview", ""),
        ("How many articles are about Lund?", "library", "count"),
    ],
)
def test_a_question_of_half_a_sentence_has_the_kind_of_the_one_before(
    classifier: KindClassifier, previous: str, kind: str, ask: str
) -> None:
    guess = classifier.classify("And Malmö?", previous)
    assert (guess.kind, guess.ask) == (kind, ask)


def test_what_is_the_same_is_shared_out_as_the_question_before_has_it() -> None:
    asked = {"fact": 0.2, "library:count": 0.2, SAME: 0.6}
    continued = continue_kind(asked, {"fact": 0.1, "library:count": 0.7, SAME: 0.2})
    assert continued == pytest.approx({"fact": 0.275, "library:count": 0.725})
    assert continue_kind(asked, {}) == pytest.approx({"fact": 0.5, "library:count": 0.5})


def test_a_short_move_is_certain(classifier: KindClassifier) -> None:
    for said, move in (("tell me more", "more"), ("shorter please", "shorter"), ("who says that?", "source")):
        guess = classifier.classify(said, "Why was the concert cancelled?")
        assert (guess.kind, guess.ask) == (move, "") and guess.probability > CERTAIN_MIN > guess.second_probability


def test_the_probability_of_a_kind_is_that_of_all_its_labels() -> None:
    guess = best_guess({"fact": 0.4, "library:count": 0.25, "library:list": 0.26, "talk:other": 0.09})
    assert (guess.kind, guess.ask, guess.second, guess.second_probability) == ("library", "list", "fact", 0.4)
    assert guess.probability == pytest.approx(0.51)


class CountingEmbeddings(BagOfWordsEmbeddings):
    """Vectors as long as those of the package, and the questions that were embedded."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed_query(self, text: str) -> list[float]:
        self.asked.append(text)
        return (super().embed_query(text) * 2)[:384]


def test_a_question_is_embedded_once_and_not_again_as_the_one_before() -> None:
    embeddings = CountingEmbeddings()
    classifier = KindClassifier(load_softmax(WEIGHTS / KINDS_FIT.file), embeddings)
    classifier.classify("Who won?")
    classifier.classify("why?", "Who won?")
    assert embeddings.asked == ["Who won?", "why?"]


def test_another_embedding_model_leaves_kinds_to_the_one_of_the_package() -> None:
    classifier = load_kinds(load_settings(), BagOfWordsEmbeddings())
    assert classifier.classify("What can you do?").kind == "talk"


def test_every_label_of_the_weights_is_a_kind_or_a_move() -> None:
    labels = load_softmax(WEIGHTS / KINDS_FIT.file).labels
    assert {label.partition(":")[0] for label in labels} == {*KINDS, *MOVES, SAME}
    assert (WEIGHTS / KINDS_FIT.file).stat().st_size < 300_000
