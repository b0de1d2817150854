"""Canonical text: characters, hard wraps, structure, boilerplate."""

from __future__ import annotations

import textwrap
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cleaning.canonical import canonical_text, is_heading
from ingest.cleaning.characters import clean_characters, clean_line

PROSE = (
    "The delegates reached the capital before dawn and went straight to the hall, where the first of the two "
    "meetings was about to open. Nobody expected the talks to be short. A spokesman for the hosts said that "
    "the agenda ran to forty pages, and that half of them concerned the price of grain.",
    "By noon the square in front of the hall had filled with reporters, who were told to wait. They waited "
    "until four, when the doors opened and a single sheet of paper was handed round.",
    "It said that the second meeting would be held in the spring, in a place that had still to be agreed.",
)
VERSE = "\n".join(
    (
        "The river bends beneath the silver hill,",
        "And all the reeds are bowing to the stream;",
        "A lantern on the farther bank is still,",
        "Its yellow light lies broken, like a dream.",
    )
)

words = st.text(alphabet=st.characters(categories=("Ll", "Lu", "Nd")), min_size=1, max_size=12)
anything = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("\n\n  -•|.:\u200b\u00ad\u2028\u0301ea1")),
    max_size=200,
)


@given(anything, st.booleans(), st.booleans())
def test_canonicalising_twice_changes_nothing(text: str, unwrap: bool, hyphenated: bool) -> None:
    once = canonical_text(text, unwrap=unwrap, hyphenated=hyphenated)
    assert canonical_text(once, unwrap=unwrap, hyphenated=hyphenated) == once


@given(st.lists(st.lists(words, min_size=1, max_size=60), min_size=1, max_size=8), st.integers(20, 120))
def test_no_word_is_lost_or_moved(paragraphs: list[list[str]], width: int) -> None:
    text = "\n\n".join(textwrap.fill(" ".join(paragraph), width) for paragraph in paragraphs)
    expected = unicodedata.normalize("NFC", " ".join(word for paragraph in paragraphs for word in paragraph))
    assert "".join(canonical_text(text).split()) == "".join(expected.split())


@given(anything)
def test_output_has_only_plain_white_space_and_no_invisible_characters(text: str) -> None:
    result = canonical_text(text)
    assert result == unicodedata.normalize("NFC", result) == result.strip()
    assert "\n\n\n" not in result and "  " not in result
    assert all(character in " \n" for character in result if character.isspace())
    assert not any(unicodedata.category(character) in ("Cs", "Co") for character in result)
    assert not set(result) & set("\u200b\u00ad\ufeff\u202e\x00\x07")


@pytest.mark.parametrize("width", [50, 72, 90, 120])
def test_hard_wraps_are_mended(width: int) -> None:
    wrapped = "\n\n".join(textwrap.fill(paragraph, width) for paragraph in PROSE)
    assert canonical_text(wrapped) == "\n\n".join(PROSE)


@pytest.mark.parametrize("width", [72, 90])
def test_paragraphs_without_empty_lines_are_told_apart_by_their_short_last_line(width: int) -> None:
    wrapped = "\n".join(textwrap.fill(paragraph, width) for paragraph in PROSE)
    assert canonical_text(wrapped).startswith("\n\n".join(PROSE[:2]))


def test_an_indent_opens_a_paragraph_in_wrapped_text() -> None:
    wrapped = "\n".join(textwrap.fill(paragraph, 70, initial_indent="    ") for paragraph in PROSE)
    assert canonical_text(wrapped) == "\n\n".join(PROSE)


def test_wrapped_list_items_are_made_whole_and_stay_items() -> None:
    items = [f"- {paragraph}" for paragraph in PROSE]
    wrapped = "\n".join(textwrap.fill(item, 70, subsequent_indent="  ") for item in items)
    assert canonical_text(wrapped) == "\n".join(items)


def test_one_paragraph_a_line_gets_empty_lines_between() -> None:
    assert canonical_text("\n".join(PROSE)) == "\n\n".join(PROSE)


def test_verse_keeps_its_lines() -> None:
    assert canonical_text(f"A poem\n\n{VERSE}\n\n{VERSE}").split("\n")[2:6] == VERSE.split("\n")


def test_headings_and_list_items_in_wrapped_text_stay_lines_of_their_own() -> None:
    wrapped = textwrap.fill(PROSE[0], 80)
    text = f"{wrapped}\nOn the agenda\n{wrapped}\nPresent were:\n* the hosts\n• the guests\n{wrapped}"
    assert canonical_text(text).split("\n\n") == [
        PROSE[0],
        "On the agenda",
        PROSE[0],
        "Present were:\n- the hosts\n- the guests",
        PROSE[0],
    ]


def test_table_rows_are_not_joined() -> None:
    rows = "\n".join(f"the long name of row {n} | its first value | and its second" for n in range(6))
    assert canonical_text(rows) == rows


@pytest.mark.parametrize(
    ("text", "hyphenated", "expected"),
    [
        ("{fill} the multi-\nlateral talks.", True, "multilateral"),
        ("{fill} the multi-\nlateral talks.", False, "multi-lateral"),
        ("{fill} the anti-\nWestern bloc, as seen from here.", True, "anti-Western"),
        ("A no-limits pact. {fill} the no-\nlimits pact.", True, "no-limits pact."),
        ("A cooperation. {fill} the coope-\nration of both.", False, "cooperation of"),
    ],
)
def test_broken_words_are_mended_as_the_text_writes_them(text: str, hyphenated: bool, expected: str) -> None:
    lines = textwrap.fill(PROSE[0], 70).split("\n")
    padded = text.replace("{fill}", "so that this line is nearly as long as all others, and")
    assert expected in canonical_text("\n".join([*lines, "", padded]), hyphenated=hyphenated)


@pytest.mark.parametrize(
    "line",
    [
        "Also Read: A minister makes a visit",
        "READ MORE | Ten facts",
        "Advertisement",
        "Related: more",
        "* * *",
    ],
)
def test_lines_that_only_point_elsewhere_are_left_out(line: str) -> None:
    assert canonical_text(f"{PROSE[0]}\n{line}\n{PROSE[1]}") == f"{PROSE[0]}\n\n{PROSE[1]}"


@pytest.mark.parametrize(
    "line",
    [
        "He also read: it was his habit to do so every day.",
        "Related costs rose.",
        "Read more books, he said.",
    ],
)
def test_sentences_that_merely_sound_like_pointers_stay(line: str) -> None:
    assert line in canonical_text(f"{PROSE[0]}\n{line}\n{PROSE[1]}")


def test_characters_are_made_plain_and_quotes_stay() -> None:
    assert clean_characters("a\u00a0\u2009b\u200bc\u202e\x00d\t“e’s”\r\nf\u2028g\ud800") == "a bcd “e’s”\nf\ng\ufffd"
    assert clean_characters("e\u0301") == "\u00e9"


def test_joiners_stay_where_a_script_needs_them() -> None:
    assert clean_characters("می\u200cخواهم 👩\u200d🔬 pass\u200dword") == "می\u200cخواهم 👩\u200d🔬 password"


def test_metadata_is_one_line_of_bounded_length() -> None:
    assert clean_line("  A\n title\u200b ") == "A title"
    assert len(clean_line("x" * 1000)) == 500
    assert clean_line(None) == clean_line(7) == ""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Rivalry", True),
        ("What is the organization?", True),
        ("He left.", False),
        ("- an item", False),
        ("as follows:", False),
        ("a | b", False),
        ("x" * 101, False),
        ("", False),
        ("***", False),
    ],
)
def test_headings_are_short_and_do_not_end_like_sentences(line: str, expected: bool) -> None:
    assert is_heading(line) is expected


@pytest.mark.parametrize(
    "line",
    [
        "Share",
        "Share this article",
        "Share this story:",
        "Share on Facebook",
        "Click to share on X",
        "Facebook Twitter WhatsApp Email",
        "Facebook | X | LinkedIn",
        "Follow us on Instagram and Telegram",
        "Email this article to print",
        "128 shares",
        "We use cookies to improve your experience. Read our policy.",
        "We and our 842 partners store cookies on your device.",
        "By continuing to use this site you agree to our use of cookies.",
        "Accept all cookies",
        "Cookie settings",
        "Advertisement",
        "Read more: Another summit ends",
    ],
)
def test_lines_of_the_page_are_left_out(line: str) -> None:
    assert canonical_text(f"It rained in the capital.\n\n{line}\n\nThen it stopped.", unwrap=False) == (
        "It rained in the capital.\n\nThen it stopped."
    )


@pytest.mark.parametrize(
    "line",
    [
        "Facebook",
        "X",
        "Email",
        "Facebook and Twitter",
        "Share prices fell on Monday",
        "Share on Facebook rose to 40%, the company said.",
        "Follow us, the guide said, and on we went.",
        "The firm will stop using cookies to track readers.",
        "We baked cookies. Then we ate them.",
        "Post offices close in Line with the plan",
    ],
)
def test_lines_about_sharing_or_cookies_stay(line: str) -> None:
    assert line in canonical_text(f"It rained in the capital.\n\n{line}\n\nThen it stopped.", unwrap=False)
