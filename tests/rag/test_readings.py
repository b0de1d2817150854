"""Readings: the values of a sentence that are of the kind asked for, and which of them answers best."""

from __future__ import annotations

from rag.points import Point, parse_point
from rag.readings import VALUES_MAX, find_values, read
from tests.fakes import ScriptedReader
from tests.rag.build import evidence


def point(question: str) -> Point:
    found = parse_point(question)
    assert found is not None
    return found


def values(question: str, text: str) -> list[str]:
    return [value.written for value in find_values(point(question), evidence(text))]


def test_values_are_of_the_kind_asked_for_and_not_the_questions_own() -> None:
    text = "In 2012 Ada Stern paid 40 workers of Velden $3m for six years."
    assert values("When did Stern buy Velden mine?", text) == ["2012"]
    assert values("How many workers did Velden mine have?", text) == ["40 workers", "$3m", "six years"]
    assert values("How much did the 40 workers of Velden get?", text) == ["$3m", "six years"]
    assert values("Who owns the mine of Velden?", text) == ["Ada Stern"]
    assert values("Did Stern buy the Velden mine?", text) == []


def test_a_value_stands_where_it_says() -> None:
    item = evidence("The pit claimed 23 lives.")
    (value,) = find_values(point("How many people died at Velden?"), item)
    assert item.quote[value.start : value.end] == value.written == "23 lives"


def test_the_likeliest_value_of_each_sentence_is_its_reading() -> None:
    one, none = evidence("Of 40 miners 23 lived."), evidence("Nobody came.")
    readings = read(point("How many miners lived at Velden?"), [one, none], ScriptedReader(**{"23 lived": 0.7}))
    assert [(reading.value.written, reading.probability) for reading in readings] == [("23 lived", 0.7)]


def test_a_list_of_values_is_not_read() -> None:
    reader = ScriptedReader()
    table = evidence(", ".join(f"{n} tons" for n in range(21, 22 + VALUES_MAX)))
    assert read(point("How many tons did Velden ship?"), [table], reader) == []
    assert reader.n_read == 0
