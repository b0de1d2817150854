"""Transcripts: a kept conversation as JSON, Markdown and HTML shows the answers that were given, and nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

from rag.library.conversation_records import Conversation, ConversationTurn, Feedback
from rag.records import Answer, Turn
from rag.rendering import markdown_pieces, render_markdown
from rag.serialization import parse_answer, render_answer
from rag.transcripts import (
    history_of,
    render_conversation,
    render_conversation_html,
    render_conversation_markdown,
)
from tests.rag.test_serialization import ANSWER

HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](http://evil.example) ![](http://evil.example/y) "
    "\"><b onmouseover='a()'> [^1] {{7*7}} </title></style></p> javascript:alert(1)"
)


def turn(of: Answer | None = ANSWER, question: str = "How many?", **values: object) -> ConversationTurn:
    given = {"id": "t", "status": "answered" if of else "stopped", **values}
    return ConversationTurn(question=question, answer=render_answer(of) if of else None, **given)  # type: ignore[arg-type]


def talk(*turns: ConversationTurn, title: str = "Partners") -> Conversation:
    return Conversation(id="c1", title=title, owner="", created="2024", updated="2024", turns=turns)


class Seen(HTMLParser):
    """The tags, attributes and text of a document."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_json_holds_the_whole_answers() -> None:
    given = Feedback(rating="bad", reason="wrong", note="No.", created="2024")
    data = json.loads(json.dumps(render_conversation(talk(turn(feedback=given), turn(None, error="Failed.")))))

    assert parse_answer(data["turns"][0]["answer"]) == parse_answer(render_answer(ANSWER))
    assert data["turns"][0]["feedback"] == {"rating": "bad", "reason": "wrong", "note": "No.", "created": "2024"}
    assert (data["turns"][1]["answer"], data["turns"][1]["feedback"], data["turns"][1]["error"]) == (
        None,
        None,
        "Failed.",
    )


def test_footnotes_of_several_answers_have_names_of_their_own() -> None:
    markdown = render_conversation_markdown(talk(turn(), turn(question="And \\[^1-1]?"), turn(None)))

    assert re.findall(r"(?<!\\)\[\^([^\]]+)\](?!:)", markdown) == ["1-1", "2-1"]
    assert re.findall(r"^\[\^([^\]]+)\]: “Four” The summit", markdown, re.MULTILINE) == ["1-1", "2-1"]
    assert "# Partners" in markdown and "## How many?" in markdown and "*Stopped before it was answered.*" in markdown
    assert "*Understood as: How many partners?*" in markdown


def test_the_pieces_of_markdown_name_each_mark() -> None:
    pieces = list(markdown_pieces(ANSWER))

    assert "".join(text for text, _ in pieces) == render_markdown(ANSWER)
    assert [(text, number) for text, number in pieces if number is not None] == [("[^1]", 1)]


def test_the_html_links_each_mark_to_its_quote_and_loads_nothing() -> None:
    abstained = replace(
        ANSWER, verdict="abstained", reason="They don't say.", citations=(), nearest=ANSWER.citations, segments=()
    )
    html = render_conversation_html(
        talk(turn(), turn(abstained), turn(replace(ANSWER, verdict="unsure", reason="So.")))
    )
    seen = Seen(html)

    marks = [value for name, value in seen.attributes if name == "href"]
    assert marks == ["#note-1-1", "#note-3-1"]
    assert {value for name, value in seen.attributes if name == "id"} == {"note-1-1", "note-2-1", "note-3-1"}
    assert "script" not in seen.tags and not [name for name, _ in seen.attributes if name == "src"]
    assert "default-src 'none'" in html
    assert "Four partners.[1]" in seen.text and "Answered, but unsure: So." in seen.text
    assert "Not answered" in seen.text and "What comes nearest:" in seen.text


def test_hostile_texts_stay_texts() -> None:
    citation = replace(ANSWER.citations[0], quote=HOSTILE, title=HOSTILE, publisher=HOSTILE, source=HOSTILE)
    segment = replace(ANSWER.segments[0], text=HOSTILE)
    hostile = replace(ANSWER, citations=(citation,), segments=(segment,), standalone_question=HOSTILE, reason=HOSTILE)
    given = talk(turn(hostile, HOSTILE), turn(None, HOSTILE, error=HOSTILE), title=HOSTILE)

    seen, markdown = Seen(render_conversation_html(given)), render_conversation_markdown(given)

    assert not {"script", "img", "b"} & set(seen.tags) and seen.tags.count("title") == 1
    assert not [name for name, _ in seen.attributes if name.startswith("on") or name == "src"]
    assert all(value.startswith("#note-") for name, value in seen.attributes if name == "href")
    assert seen.text.count("<script>alert(1)</script>") >= 6 and "{{7*7}}" in seen.text
    assert "<script" not in markdown.replace(r"\<script", "") and "](" not in markdown.replace(r"\](", "")


def test_the_history_is_the_last_answered_turns_without_marks() -> None:
    turns = [turn(question=f"{number}?") for number in range(8)]

    assert history_of([*turns, turn(None)]) == tuple(
        Turn(question=f"{number}?", answer="Four partners.") for number in range(2, 8)
    )
