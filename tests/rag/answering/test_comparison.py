"""Comparisons: a paragraph for each side, quoted from its own articles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answering.comparison import named_times
from rag.answering.kinds import KindGuess
from rag.chatbot import Chatbot
from rag.library.library import Library
from rag.records import Answer
from rag.wiring import build_chatbot
from tests.fakes import ScriptedChatModel, ScriptedChecker
from tests.rag.build import publish
from tests.rag.texts import numbered_sentences
from tests.rag.town import assert_exact, cited

TWO_SIDES = "Compare the tunnel and the bridge."


def guessing(bot: Chatbot, **guess: object) -> Chatbot:
    """The chatbot with the same guess for every question."""
    guessed = KindGuess(**guess)  # type: ignore[arg-type]  # as given by the test
    return Chatbot(replace(bot._with, classify=lambda question, previous: guessed))


def sides(answer: Answer) -> dict[str, list[str]]:
    """The quotes of each side by its label."""
    found: dict[str, list[str]] = {}
    for segment in answer.segments:
        if segment.claim is None:
            label = segment.text
            assert segment.starts_line
            found[label] = []
        else:
            found[label].append(segment.text)
    return found


@pytest.mark.parametrize(
    ("question", "times"),
    [
        ("How did the tunnel change from 2021 to 2024?", ["2021", "2024"]),
        ("Compare 2021 and 2024.", ["2021", "2024"]),
        ("What changed in 2021–2024?", ["2021", "2024"]),
        ("Compare the cost in May 2021 with that in 2024.", ["May 2021", "2024"]),
        ("Compare May 2021 with June 2021.", ["May 2021", "June 2021"]),
        ("Compare 2021 vs 2024 sales.", ["2021", "2024"]),
        ("Compare 2024 with 2024.", ["2024"]),
        ("What happened in 2024?", ["2024"]),
        ("Compare the two.", []),
    ],
)
def test_two_times_of_a_question_are_its_sides(question: str, times: list[str]) -> None:
    assert named_times(question) == times


@pytest.mark.parametrize(
    "question",
    ["How did the tunnel of Velden change from 2021 to 2024?", "Compare the tunnel in 2021 with the tunnel in 2024."],
)
def test_a_change_over_years_has_a_line_for_each_year_from_its_own_articles(quoting: Chatbot, question: str) -> None:
    answer = quoting.ask(question)
    assert (answer.kind, answer.verdict) == ("comparison", "answered")
    assert list(sides(answer)) == ["2021:", "2024:"]
    n_first = len(sides(answer)["2021:"])
    assert set(cited(answer)[:n_first]) == {"plan"} and set(cited(answer)[n_first:]) <= {"opening", "bridge"}
    assert_exact(answer, quoting)


def test_two_things_that_the_model_reads_in_the_question_have_a_line_each(
    writing: Chatbot, llm: ScriptedChatModel
) -> None:
    llm.enqueue("- the tunnel\n- the bridge\n- the moon\n")
    answer = writing.ask(TWO_SIDES)
    assert list(sides(answer)) == ["the tunnel:", "the bridge:"]
    for name, quotes in sides(answer).items():
        assert quotes and all(name.removeprefix("the ").rstrip(":") in quote for quote in quotes)
    said = [quote for quotes in sides(answer).values() for quote in quotes]
    assert len(said) == len(set(said))
    assert_exact(answer, writing)


@pytest.mark.parametrize("reply", ["", "the tunnel", "???", "the moon\nthe sun"])
def test_without_two_sides_each_article_speaks_for_itself_the_oldest_first(
    writing: Chatbot, llm: ScriptedChatModel, reply: str
) -> None:
    llm.enqueue(reply)
    answer = writing.ask(TWO_SIDES)
    labels = list(sides(answer))
    assert len(labels) >= 2
    assert labels[0] == "Council votes for digging, Tolme Courier, 2021-03-10:"
    published = [citation.published for citation in answer.citations]
    assert published == sorted(published)
    assert_exact(answer, writing)


def test_without_a_language_model_articles_are_compared(quoting: Chatbot) -> None:
    answer = quoting.ask("Do the articles agree on the cost of the tunnel?")
    assert answer.kind == "comparison"
    assert {"plan", "opening"} <= set(cited(answer))
    assert_exact(answer, quoting)


def test_copies_of_one_story_are_one_side(library: Library) -> None:
    told = f"The tunnel will cost 40 million crowns. {numbered_sentences(40)}"
    publish(library, "first", told, "Post", "2024-05-01", "Tunnel costs 40 million")
    publish(library, "copy", f"{told} The editor added this.", "Courier", "2024-05-02", "Tunnel to cost 40 million")
    publish(library, "other", "The tunnel will cost 62 million crowns, the mayor says.", "Mail", "2024-06-01", "Dearer")
    settings = library.settings.model_copy(update={"llm": "none", "answered_min": 0.0})
    answer = build_chatbot(settings, library=library, checker=ScriptedChecker()).ask(
        "Do the articles agree on what the tunnel will cost?", kind="comparison"
    )
    labels = [label for label in sides(answer) if label.endswith(":")]
    assert library.catalog.counts()[0] == 3
    assert len(labels) == 2 and labels[1].startswith("Dearer")


def test_a_comparison_that_is_refused_shows_the_nearest_sentence(refusing: Chatbot) -> None:
    answer = refusing.ask("Do the articles agree on the cost of the tunnel?")
    assert (answer.verdict, answer.claims) == ("abstained", ()) and answer.nearest
    assert_exact(answer, refusing)


AGREE = "Do the articles agree on how many people saw the parade of Velden?"
SAW = [
    ("mail", "The parade of Velden drew a crowd. Some 400 people saw the parade, 30 of them children.", "2024-03-16"),
    ("post", "The parade of Velden was short. Fewer than 250 people saw the parade, says Ana Rao.", "2024-03-24"),
    ("rain", "The parade of Velden was wet. It rained on the 14 flags of the parade.", "2024-03-20"),
]


def ask_of_the_parade(library: Library, texts: list[tuple[str, str, str]], question: str = AGREE) -> Answer:
    for name, text, published in texts:
        publish(library, name, text, name.capitalize(), published, f"By the {name}")
    settings = library.settings.model_copy(update={"llm": "none", "answered_min": 0.0, "unsure_min": 0.0})
    bot = build_chatbot(settings, library=library, checker=ScriptedChecker())
    answer = guessing(bot, kind="comparison", probability=1.0, ask="agreement").ask(question)
    assert_exact(answer, bot)
    return answer


def test_articles_that_state_other_values_are_both_quoted_with_their_dates_the_older_first(library: Library) -> None:
    answer = ask_of_the_parade(library, SAW)
    told, *labels = sides(answer)
    assert told == "The articles differ: 400 people (2024-03-16), 250 people (2024-03-24)."
    assert labels == ["By the mail, Mail, 2024-03-16:", "By the post, Post, 2024-03-24:"]
    (conflict,) = answer.conflicts
    assert conflict.summary in told
    quotes = {citation.number: citation.quote for citation in answer.citations}
    assert [side.quote for side in conflict.sides] == ["400 people", "250 people"]
    assert all(side.quote in quotes[side.citation] for side in conflict.sides)


def test_articles_that_state_one_value_are_counted(library: Library) -> None:
    same = [(name, text.replace("Fewer than 250", "About 400"), published) for name, text, published in SAW]
    answer = ask_of_the_parade(library, same)
    assert next(iter(sides(answer))) == "2 articles give the same: 400 people."
    assert len(answer.citations) == 2 and answer.conflicts == ()


def test_days_are_compared_where_the_question_is_when(library: Library) -> None:
    texts = [
        ("mail", "The parade of Velden took place on 3 May 2024, with 20 drums.", "2024-05-04"),
        ("post", "The parade of Velden took place on 4 May 2024, with 20 drums.", "2024-05-05"),
    ]
    answer = ask_of_the_parade(library, texts, "When did the parade of Velden take place? Do the articles agree?")
    assert [side.quote for side in answer.conflicts[0].sides] == ["3 May 2024", "4 May 2024"]


def test_values_of_another_thing_or_in_another_unit_are_no_conflict(library: Library) -> None:
    texts = [
        ("mail", "The parade of Velden drew a crowd. Some 400 people saw the parade.", "2024-03-16"),
        ("post", "The parade of Velden was short. The circus was seen by 90 people.", "2024-03-24"),
        ("rain", "The parade of Velden had 14 flags, and some saw the parade of 3 kilometres twice.", "2024-03-20"),
    ]
    answer = ask_of_the_parade(library, texts)
    assert answer.conflicts == () and "differ" not in answer.text


def test_values_are_compared_only_where_the_question_is_whether_articles_agree(library: Library) -> None:
    for name, text, published in SAW:
        publish(library, name, text, name.capitalize(), published)
    settings = library.settings.model_copy(update={"llm": "none", "answered_min": 0.0, "unsure_min": 0.0})
    bot = build_chatbot(settings, library=library, checker=ScriptedChecker())
    answer = guessing(bot, kind="comparison", probability=1.0).ask("Compare how many people saw the parade of Velden.")
    assert answer.kind == "comparison" and answer.conflicts == () and "differ" not in answer.text
