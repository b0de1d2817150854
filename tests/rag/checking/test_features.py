"""Features of a claim: how it compares with its evidence and with the text around that."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.checking.features import compare


@given(st.text())
def test_a_text_has_no_missing_numbers_or_words_over_itself(text: str) -> None:
    itself = compare(text, text)
    assert (itself.coverage, itself.missing_numbers) == (1.0, ())


@given(st.text(), st.text(), st.text())
def test_any_texts_can_be_compared(claim: str, evidence: str, context: str) -> None:
    signals = compare(claim, evidence, context)
    assert 0 <= signals.coverage <= 1 and 0 <= signals.bigrams <= 1 and signals.facts <= 1


def test_names_may_occur_around_the_evidence_but_numbers_may_not() -> None:
    around = "Astana summit\n2024"
    signals = compare("The summit in Astana was in 2024.", "The summit was long.", around)
    assert signals.missing_names == ()
    assert signals.missing_numbers == ("2024",)
