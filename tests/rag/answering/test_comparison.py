"""Comparisons: a paragraph for each side, quoted from its own articles."""

from __future__ import annotations

import pytest

from rag.answering.comparison import named_times
from rag.chatbot import Chatbot
from rag.library.library import Library
from rag.records import Answer
from rag.wiring import build_chatbot
from tests.fakes import ScriptedChatModel, ScriptedChecker
from tests.rag.build import publish
from tests.rag.texts import numbered_sentences
from tests.rag.town import assert_exact, cited

TWO_SIDES = "Compare the tunnel and the bridge."


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
    labels = list(sides(answer))
    assert library.catalog.counts()[0] == 3
    assert len(labels) == 2 and labels[1].startswith("Dearer")


def test_a_comparison_that_is_refused_shows_the_nearest_sentence(refusing: Chatbot) -> None:
    answer = refusing.ask("Do the articles agree on the cost of the tunnel?")
    assert (answer.verdict, answer.claims) == ("abstained", ()) and answer.nearest
    assert_exact(answer, refusing)
