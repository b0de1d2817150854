"""Words of the lexical index in scripts with and without spaces."""

from __future__ import annotations

import pytest

from rag.library.lexical_words import lexical_words, spaced
from rag.text.words import content_words, words


@pytest.mark.parametrize("text", ["Who met in Astana?", "Où était la réunion ?", "मंत्री कहाँ मिले", ""])
def test_scripts_with_spaces_stay_as_they_are(text: str) -> None:
    assert spaced(text) == text
    assert lexical_words(text) == (content_words(text) or words(text))


def test_runs_without_spaces_go_by_pairs_of_characters() -> None:
    assert lexical_words("東京の人口は?") == ["東京", "京の", "の人", "人口", "口は"]
    assert lexical_words("Who leads 上海合作?") == ["leads", "上海", "海合", "合作"]
    assert lexical_words("水") == ["水"]
    assert spaced("G7は東京で").split() == ["G7", "は", "東", "京", "で"]


def test_signs_stay_with_their_letter() -> None:
    assert words("हिन्दी में") == ["हिन्दी", "में"]
    assert lexical_words("น้ำ")[0].startswith("น้")
