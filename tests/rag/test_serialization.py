"""Serialization: the JSON object of an answer, there and back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.records import KINDS, Answer, Citation, Claim, Conflict, ConflictSide, Filters, SearchResult, Segment
from rag.serialization import parse_answer, parse_filters, render_answer, render_filters, render_search
from tests.rag.build import passage

CITATION = Citation(
    number=1, article_id="a1", version=2, title="The summit", publisher="Daily", published="2024-07-03",
    source="news/a.txt", start=5, end=9, quote="Four",
)  # fmt: skip
ANSWER = Answer(
    id="q1", question="How many?", standalone_question="How many partners?", verdict="answered", reason="",
    text="Four partners. [1]", segments=(Segment(text="Four partners.", citations=(1,), claim=0),), confidence=0.5,
    claims=(Claim(text="Four partners.", verdict="supported", score=0.9, citations=(1,)),), citations=(CITATION,),
    conflicts=(Conflict(summary="Four or five.", sides=(ConflictSide(quote="Four", citation=1),)),),
    passages=(passage("Four partners and more."),), timings_ms={"total": 12.5}, models={"llm": "none"},
    usage={"prompt_tokens": 3},
)  # fmt: skip

text = st.sampled_from(["", "Four partners. [1]", "“é”\n\u2028\x00<b>😀", "null"]) | st.text(max_size=8)
number = st.integers(0, 10**6)
probability = st.floats(0, 1)
claims = st.builds(
    Claim, text=text, verdict=st.sampled_from(["supported", "unsupported", "contradicted"]), score=probability,
    citations=st.lists(number, max_size=3).map(tuple), reason=text,
)  # fmt: skip
citations = st.builds(
    Citation, number=number, article_id=text, version=number, title=text, publisher=text, published=text, source=text,
    start=number, end=number, quote=text,
)  # fmt: skip
conflicts = st.builds(
    Conflict, summary=text,
    sides=st.lists(st.builds(ConflictSide, quote=text, citation=number), max_size=3).map(tuple),
)  # fmt: skip
segments = st.builds(
    Segment, text=text, citations=st.lists(number, max_size=3).map(tuple), claim=st.none() | number,
    starts_line=st.booleans(),
)  # fmt: skip
passages = st.builds(passage, st.text(min_size=1, max_size=20), st.integers(1, 99), source=text, title=text, id=text)
filters = st.builds(
    Filters, publishers=st.lists(text, max_size=2).map(tuple), published_from=st.none() | st.dates(),
    published_to=st.none() | st.dates(), articles=st.lists(text, max_size=2).map(tuple),
)  # fmt: skip
answers = st.builds(
    Answer, kind=st.sampled_from(KINDS), filters=filters, id=text, question=text, standalone_question=text,
    verdict=st.sampled_from(["answered", "partial", "abstained"]), reason=text, text=text,
    suggestions=st.lists(text, max_size=2).map(tuple),
    segments=st.lists(segments, max_size=3).map(tuple), nearest=st.lists(citations, max_size=3).map(tuple),
    confidence=probability,
    claims=st.lists(claims, max_size=3).map(tuple), citations=st.lists(citations, max_size=3).map(tuple),
    conflicts=st.lists(conflicts, max_size=2).map(tuple), passages=st.lists(passages, max_size=2).map(tuple),
    timings_ms=st.dictionaries(text, st.floats(0, 1e6), max_size=2), models=st.dictionaries(text, text, max_size=2),
    usage=st.dictionaries(text, number, max_size=2),
)  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(answers)
def test_an_answer_survives_json(answer: Answer) -> None:
    rendered = json.loads(json.dumps(render_answer(answer)))
    parsed = parse_answer(rendered)
    assert render_answer(parsed) == rendered
    assert parsed.citations == answer.citations
    assert parsed.conflicts == answer.conflicts
    assert parsed.segments == answer.segments and parsed.nearest == answer.nearest
    assert [replace(claim, score=0) for claim in parsed.claims] == [replace(claim, score=0) for claim in answer.claims]
    for field in (
        "id",
        "question",
        "standalone_question",
        "kind",
        "filters",
        "verdict",
        "reason",
        "text",
        "suggestions",
        "timings_ms",
        "models",
        "usage",
    ):
        assert getattr(parsed, field) == getattr(answer, field)


def test_the_object_has_the_keys_of_the_contract() -> None:
    rendered = render_answer(ANSWER)
    assert {"id", "question", "standalone_question", "verdict", "reason", "text", "claims", "citations", "conflicts",
            "passages", "timings_ms", "models"} <= set(rendered)  # fmt: skip
    assert {"segments", "nearest", "kind", "filters"} <= set(rendered)
    assert {"text", "citations", "claim"} <= set(rendered["segments"][0])
    assert {"text", "verdict", "score", "citations"} <= set(rendered["claims"][0])
    assert {"number", "article_id", "title", "publisher", "published", "source", "start", "end", "quote"} <= set(
        rendered["citations"][0]
    )
    assert set(rendered["conflicts"][0]) == {"summary", "sides"}
    assert rendered["conflicts"][0]["sides"] == [{"quote": "Four", "citation": 1}]
    assert {"article_id", "source", "start", "end", "text", "score", "rank"} <= set(rendered["passages"][0])


def test_an_object_with_no_more_than_the_contract_is_parsed() -> None:
    rendered = render_answer(ANSWER)
    for extra in ("kind", "filters", "confidence", "usage", "suggestions", "segments", "nearest"):
        del rendered[extra]
    del rendered["claims"][0]["reason"], rendered["citations"][0]["version"]
    for extra in ("title", "dense_rank", "lexical_rank"):
        del rendered["passages"][0][extra]
    parsed = parse_answer(rendered)
    assert (parsed.kind, parsed.filters) == ("fact", Filters())
    assert parsed.citations == (replace(CITATION, version=1),)
    assert parsed.claims == ANSWER.claims
    assert parsed.segments == (Segment(text="Four partners. [1]"),)
    assert parsed.passages[0].chunk.text == "Four partners and more."


def test_filters_are_written_as_lists_and_days() -> None:
    chosen = Filters(publishers=("Écho",), published_from=date(2024, 7, 3), articles=("a1",))
    assert render_filters(chosen) == {
        "publishers": ["Écho"],
        "published_from": "2024-07-03",
        "published_to": "",
        "articles": ["a1"],
    }
    assert parse_filters(render_filters(chosen)) == chosen
    assert parse_filters({}) == parse_filters({"published_from": None, "published_to": ""}) == Filters()
    with pytest.raises(ValueError, match="month"):
        parse_filters({"published_to": "2024-13-01"})


def test_a_missing_field_is_named() -> None:
    rendered = render_answer(ANSWER)
    del rendered["verdict"]
    with pytest.raises(KeyError, match="verdict"):
        parse_answer(rendered)


def test_a_search_has_the_keys_of_the_contract() -> None:
    result = SearchResult(id="s", question="Q?", passages=ANSWER.passages, timings_ms={"total": 1.0})
    rendered = render_search(result)
    assert set(rendered) == {"id", "question", "passages", "timings_ms"}
    assert rendered["passages"] == render_answer(ANSWER)["passages"]
