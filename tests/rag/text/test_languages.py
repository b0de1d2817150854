"""Languages: what is written by hand about English says nothing about a German or a French article."""

from __future__ import annotations

import pytest

from rag.answering.suggestions import nearest_sentence
from rag.checking.alignment import align
from rag.checking.checker import SignalsChecker, find_veto
from rag.checking.claims import parse_claims
from rag.checking.features import compare
from rag.text.languages import ENGLISH, LanguageTable, is_english, table_of
from rag.text.names import names
from rag.text.numbers import missing_numbers, numbers
from rag.text.overlap import coverage, has_negation
from rag.text.questions import asked_kind, asks_yes_or_no
from rag.text.times import find_times
from rag.text.windows import article_sentences, language_of
from rag.text.words import content_stems, content_words
from tests.rag.build import article, evidence

GERMAN = (
    "Der Rat der Stadt hat am Montag in Not den Haushalt beschlossen. Die Kosten liegen bei 1.500 Euro, sagte der "
    "Minister. Im Mai war die Lage noch anders."
)
FRENCH = "Le conseil a voté lundi le budget de la ville. Six élus ont dit non au maire, qui veut 3,5 millions."


@pytest.mark.parametrize("code", ["en", "en-GB", "en_US", "EN"])
def test_a_dialect_has_its_languages_table(code: str) -> None:
    assert table_of(code) is ENGLISH
    assert is_english(code)


@pytest.mark.parametrize("code", ["", "de", "fr", "zh-Hant", "eng", "enm"])
def test_a_language_without_a_table_and_an_unknown_one_have_an_empty_table(code: str) -> None:
    assert table_of(code) == LanguageTable()
    assert not is_english(code)


@pytest.mark.parametrize(("text", "language"), [(GERMAN, "de"), (FRENCH, "fr"), (GERMAN, "")])
def test_no_names_negation_or_number_words_are_found(text: str, language: str) -> None:
    assert names(text, language) == []
    assert not has_negation(f"{text} not no never", language)
    assert all(written[0].isdigit() for written, _ in numbers(text, language))
    assert find_times(text, language=language) == []
    assert content_words("Was war in Not?", language) == ["was", "war", "in", "not"]
    assert content_stems("Kosten liegen", language) == ["kosten", "liegen"]


@pytest.mark.parametrize(("written", "other"), [("1.500", "1,500"), ("3,5", "3.5"), ("12", "12")])
def test_numbers_in_digits_are_compared_by_their_digits(written: str, other: str) -> None:
    assert missing_numbers(f"Es sind {written} Euro", f"Es sind {other} Euro.", "de") == ()
    assert missing_numbers(f"Es sind {written} Euro", "Es sind 77 Euro.", "de") == (written,)


def test_a_german_question_is_not_read_as_an_english_one() -> None:
    assert asks_yes_or_no("Was war der Grund?") and not asks_yes_or_no("Was war der Grund?", "de")
    assert asked_kind("When?") == "time" and asked_kind("When?", "de") is None
    assert parse_claims("Was gilt, gilt.", "Was gilt?", "de") == []  # it only repeats the question


def test_german_nouns_do_not_make_a_claim_fail() -> None:
    kept = evidence("Der Rat hat den Haushalt der Stadt beschlossen.", language="de")
    claim = "Den Haushalt der Stadt hat der Rat beschlossen, heißt es."
    assert compare(claim, kept.quote, language="de").missing_names == ()
    assert SignalsChecker().check(claim, [kept]).verdict == "supported"


def test_a_number_that_a_german_article_lacks_is_still_refused() -> None:
    kept = evidence("Die Kosten liegen bei 1.500 Euro.", language="de")
    assert find_veto("Die Kosten liegen bei 1.600 Euro.", [kept])
    assert not find_veto("Die Kosten liegen bei 1500 Euro.", [kept])


def test_french_claims_are_aligned_by_the_words_as_they_are_written() -> None:
    whole = article(FRENCH, language="fr")
    first, second = article_sentences(whole, 0, len(whole.text))
    assert align("Six élus ont dit non au maire.", [first, second]) == (second,)
    assert coverage("Six élus ont dit non.", second.quote, "fr") == 1.0


def test_nothing_is_suggested_from_an_article_in_another_language() -> None:
    quote = "Der Rat der Stadt hat den Haushalt beschlossen."
    assert nearest_sentence("Haushalt?", [evidence(quote, language="de")]) is None


def test_articles_of_several_languages_have_no_common_one() -> None:
    german, french = evidence("Ja.", language="de"), evidence("Oui.", language="fr")
    assert language_of([german, german]) == "de"
    assert language_of([german, french]) == language_of([]) == ""
