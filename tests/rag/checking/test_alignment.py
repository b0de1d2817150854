"""Alignment: the smallest window that holds a claim, and a second one where the first isn't enough."""

import pytest

from rag.checking.alignment import align
from rag.text.windows import inner_windows
from tests.rag.build import evidence

QUESTION = "How many dialogue partners does the SCO have?"
TEXT = (
    "Leaders of ten countries met in Astana. The organization has 14 dialogue partners. "
    "Turkey and Egypt are among them. Chinese firms invested 9.55 billion dollars in Kazakhstan."
)
QUOTES = ["Leaders of ten countries met in Astana.", "The organization has 14 dialogue partners.",
          "Turkey and Egypt are among them.", "Chinese firms invested 9.55 billion dollars in Kazakhstan."]  # fmt: skip
EVIDENCE = [evidence(quote, TEXT) for quote in QUOTES]


@pytest.mark.parametrize(
    ("claim", "best"),
    [
        ("The organization has fourteen dialogue partners.", 1),
        ("Egypt is among them.", 2),
        ("$9.55bn were invested in Kazakhstan by firms from China.", 3),
        ("Ten countries' leaders met.", 0),
    ],
)
def test_a_claim_is_aligned_with_the_sentence_that_holds_it(claim: str, best: int) -> None:
    for order in (EVIDENCE, EVIDENCE[::-1]):
        assert align(claim, order, QUESTION)[0] == EVIDENCE[best]


def test_a_claim_of_two_sentences_is_aligned_with_both() -> None:
    cited = align("The 14 dialogue partners include Turkey and Egypt.", EVIDENCE, QUESTION)
    assert {item.quote for item in cited} == {QUOTES[1], QUOTES[2]}


def test_a_claim_that_shares_no_word_is_aligned_with_nothing() -> None:
    assert align("Bananas ripen slowly.", EVIDENCE) == ()
    assert align("Bananas ripen slowly.", []) == ()


def test_within_a_window_the_smallest_part_that_holds_the_claim_is_cited() -> None:
    window = evidence(" ".join(QUOTES[:3]), TEXT)
    (cited,) = align("The organization has fourteen dialogue partners.", [window], QUESTION)
    assert cited.quote == QUOTES[1]


def test_neighbouring_sentences_that_hold_the_claim_together_are_cited_as_one_window() -> None:
    text = "“The port will close,” she said. Ida Berg runs the harbour office. Rain fell."
    (cited,) = align("Ida Berg of the harbour office said the port will close.", [evidence(text)], "Who said it?")
    assert cited.quote == "“The port will close,” she said. Ida Berg runs the harbour office."


def test_a_second_window_never_comes_from_another_article() -> None:
    other = evidence("Turkey and Egypt are among them.", id="b")
    cited = align("The 14 dialogue partners include Turkey and Egypt.", [EVIDENCE[1], other], QUESTION)
    assert {window.article.id for window in cited} == {EVIDENCE[1].article.id}


def test_windows_of_one_two_and_three_sentences_lie_within_a_window() -> None:
    window = evidence("Rain fell on Monday. Snow fell on Friday. Nobody came home.")
    lengths = [[inner.quote.count(".") for inner in windows] for windows in inner_windows(window)]
    assert lengths == [[1, 1, 1], [2, 2], [3]]
