"""Numbers: their values in all spellings, and which of a claim the evidence lacks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.numbers import missing_numbers, numbers


def values(text: str) -> list[float]:
    return sorted(value for _, value in numbers(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$9.55bn", [9.55e9]),
        ("9.55 billion dollars", [9.55e9]),
        ("US$9.55bn.", [9.55e9]),
        ("€8 bn", [8e9]),
        ("1.2m", [1.2e6]),
        ("40k", [4e4]),
        ("20,000", [20_000]),
        ("1,234,567.5", [1_234_567.5]),
        ("fourteen", [14]),
        ("Twenty", [20]),
        ("twenty-one", [21]),
        ("twenty-five years", [25]),
        ("ninety nine", [99]),
        ("thirty-one", [31]),
        ("twenty million", [2e7]),
        ("twenty-five thousand", [25_000]),
        ("one million", [1e6]),
        ("one of them", []),
        ("the third time", [3]),
        ("twenty-first century", [21]),
        ("21st century", [21]),
        ("a second later", []),
        ("in 1996, 14 of 40%", [14, 40, 1996]),
        ("the 1990s", [1990]),
        ("a 40-year-old", [40]),
        ("seven (7)", [7, 7]),
        ("no number", []),
    ],
)
def test_numbers_have_their_value_in_any_spelling(text: str, expected: list[float]) -> None:
    assert values(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("claim", "evidence", "missing"),
    [
        ("It has 14 partners.", "It has fourteen partners.", ()),
        ("It has fourteen partners.", "There are 14 of them.", ()),
        ("China invested $9.55bn.", "China put 9.55 billion dollars in.", ()),
        ("China invested 9.55 million.", "China put 9.55 billion dollars in.", ("9.55 million",)),
        ("About 20,000 came.", "About 20 thousand came.", ()),
        ("It has 15 partners.", "It has 14 partners and 9 members.", ("15",)),
        ("It has 5 partners.", "It has 15 partners.", ("5",)),
        ("In 2024 and 2025.", "In 2024.", ("2025",)),
        ("Which two towns did he visit? Lund and Oslo.", "He saw Lund and Oslo.", ()),
        ("The two towns that he visited.", "He saw Lund and Oslo.", ("two",)),
    ],
)
def test_a_number_is_missing_unless_its_value_occurs_in_the_evidence(
    claim: str, evidence: str, missing: tuple[str, ...]
) -> None:
    assert missing_numbers(claim, evidence) == missing


@given(st.integers(2, 10**9))
def test_separators_do_not_change_a_number(number: int) -> None:
    assert values(f"{number:,}") == values(f"{number}") == [number]


@given(st.integers(1, 999).map(lambda n: n / 10), st.sampled_from(["thousand", "million", "billion", "trillion"]))
def test_a_number_is_found_only_with_its_magnitude(number: float, scale: str) -> None:
    assert missing_numbers(f"It cost {number} {scale}.", f"About {number} {scale} dollars") == ()
    assert missing_numbers(f"It cost {number} {scale}.", f"About {number} dollars") != ()
