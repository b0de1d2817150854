"""Names: capitalised words, acronyms and their full names, months and days."""

from __future__ import annotations

import pytest

from rag.text.names import is_date_word, missing_names, names


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


def test_months_and_weekdays_are_date_words() -> None:
    assert all(is_date_word(word) for word in ("July", "Sept", "monday"))
    assert not any(is_date_word(word) for word in ("Astana", "2024", "day"))
