"""Signals: numbers in all their spellings, names and acronyms, months, negation, coverage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.checking.features import compare
from rag.text.names import is_date_word, missing_names, names
from rag.text.numbers import missing_numbers, numbers
from rag.text.overlap import coverage, has_negation


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
def test_a_number_is_missing_unless_its_value_stands_in_the_evidence(
    claim: str, evidence: str, missing: tuple[str, ...]
) -> None:
    assert missing_numbers(claim, evidence) == missing


@given(st.integers(2, 10**9))
def test_separators_do_not_change_a_number(number: int) -> None:
    assert values(f"{number:,}") == values(f"{number}") == [number]


@given(st.integers(1, 999).map(lambda n: n / 10), st.sampled_from(["thousand", "million", "billion", "trillion"]))
def test_a_number_stands_in_itself_with_its_magnitude(number: float, scale: str) -> None:
    assert missing_numbers(f"It cost {number} {scale}.", f"About {number} {scale} dollars") == ()
    assert missing_numbers(f"It cost {number} {scale}.", f"About {number} dollars") != ()


@given(st.text(), st.text())
def test_signals_take_any_text_and_a_text_supports_itself(text: str, other: str) -> None:
    assert 0 <= coverage(text, other) <= 1
    itself = compare(text, text)
    assert (itself.coverage, itself.missing_numbers) == (1.0, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Leaders met in Astana with Xi Jinping.", ["Astana", "Xi", "Jinping"]),
        ("Xi Jinping came. The summit began.", ["Xi", "Jinping"]),
        ("NATO is no member.", ["NATO"]),
        ("They met on Tuesday in July.", ["Tuesday", "July"]),
        ("He said: “Nothing.”", []),
        ("LEADERS MET IN ASTANA", []),
    ],
)
def test_names_are_capitalised_inside_a_sentence(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("claim", "text", "missing"),
    [
        ("They met in Astana.", "They met in Almaty.", ("Astana",)),
        ("They met in Astana.", "Astana’s streets were empty.", ()),
        ("It is in the SCO.", "It is in the Shanghai Cooperation Organization.", ()),
        ("It is in the Shanghai Cooperation Organization.", "It is in the SCO.", ()),
        ("It is in the ICC.", "It is in the Shanghai Cooperation Organization.", ("ICC",)),
        ("Sought by the International Criminal Court.", "Sought by the SCO.", ("International", "Criminal", "Court")),
        ("It lies in the U.S. desert.", "It lies in the U.S. desert.", ()),
        ("It lies in the U.S. desert.", "It lies in the United States.", ()),
        ("It was in July.", "It was on 3 Jul.", ()),
        ("It was in Sept.", "It was in September.", ()),
        ("It was in July.", "It was in June.", ("July",)),
        ("It was on Tuesday.", "It was on Monday.", ("Tuesday",)),
        ("He praised Xi, and Xi only.", "He praised Putin.", ("Xi",)),
        ("The Indian minister met Modi.", "The minister of India met Modi.", ("Indian",)),
    ],
)
def test_a_name_is_missing_unless_the_text_holds_it_or_its_other_form(
    claim: str, text: str, missing: tuple[str, ...]
) -> None:
    assert missing_names(claim, text) == missing


@pytest.mark.parametrize(
    "text", ["He did not come.", "He didn’t come.", "Nobody came.", "It cannot be.", "He denied it."]
)
def test_negation_is_seen(text: str) -> None:
    assert has_negation(text)
    assert not has_negation("He came, and noted another knot.")


def test_negation_is_told_in_any_of_its_words() -> None:
    assert has_negation("Modi did not come.")
    assert has_negation("Modi never came.")
    assert not has_negation("Modi came.")


def test_coverage_is_the_share_of_content_words() -> None:
    assert coverage("The leaders met in Astana", "A leader was in Astana") == pytest.approx(2 / 3)
    assert coverage("14 partners", "fourteen partners") == 1
    assert coverage("of the", "anything") == 1
    assert coverage("leaders", "") == 0


def test_months_and_weekdays_are_date_words() -> None:
    assert all(is_date_word(word) for word in ("July", "Sept", "monday"))
    assert not any(is_date_word(word) for word in ("Astana", "2024", "day"))


def test_names_may_stand_around_the_evidence_but_numbers_may_not() -> None:
    around = "Astana summit\n2024"
    signals = compare("The summit in Astana was in 2024.", "The summit was long.", around)
    assert signals.missing_names == ()
    assert signals.missing_numbers == ("2024",)
