"""Times in texts: their precision, relative ones by the day of publication, and what only looks like a time."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.times import TimeSpan, find_times, parse_published, render_resolved, render_span


def spans(text: str, published: str = "") -> list[tuple[str, str]]:
    return [(span.first.isoformat(), span.last.isoformat()) for span in find_times(text, parse_published(published))]


def whole(first: str, last: str = "") -> list[tuple[str, str]]:
    return [(first, last or first)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It sank on 14 March 1998.", whole("1998-03-14")),
        ("It sank on March 14, 1998, at night.", whole("1998-03-14")),
        ("It sank on the 14th of March 1998.", whole("1998-03-14")),
        ("It sank on 1998-03-14.", whole("1998-03-14")),
        ("It sank in March 1998.", whole("1998-03-01", "1998-03-31")),
        ("It sank in Feb. 2024.", whole("2024-02-01", "2024-02-29")),
        ("It sank in 1998.", whole("1998-01-01", "1998-12-31")),
        ("the 1998 elections", whole("1998-01-01", "1998-12-31")),
        ("In 1998 protests began.", whole("1998-01-01", "1998-12-31")),
        ("It was the 1990s.", whole("1990-01-01", "1999-12-31")),
        ("from 2015 to 2018", whole("2015-01-01", "2018-12-31")),
        ("the second quarter of 2023", whole("2023-04-01", "2023-06-30")),
        ("2000 people came.", []),
        ("It cost $2010 or 1998 euros.", []),
        ("It may rain, and they march on.", []),
        ("30 February 2020 is no day, 31/31 neither.", []),
        ("last month, on Tuesday, yesterday, on 3 June", []),
    ],
)
def test_a_time_is_as_precise_as_it_is_written(text: str, expected: list[tuple[str, str]]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        ("last month", "2022-06-15", whole("2022-05-01", "2022-05-31")),
        ("last month", "2022-01", whole("2021-12-01", "2021-12-31")),
        ("last month", "2022", []),
        ("last year", "2022", whole("2021-01-01", "2021-12-31")),
        ("yesterday", "2024-07-03T10:30+05:00", whole("2024-07-02")),
        ("yesterday", "2024-07", []),
        ("He came on Tuesday.", "2024-07-03", whole("2024-07-02")),
        ("He came on Wednesday.", "2024-07-03", whole("2024-07-03")),
        ("He will come on Tuesday.", "2024-07-03", whole("2024-07-09")),
        ("He is to speak on Thursday.", "2024-07-03", whole("2024-07-04")),
        ("this week", "2024-07-03", whole("2024-07-01", "2024-07-07")),
        ("last week", "2024-07-03", whole("2024-06-24", "2024-06-30")),
        ("the past week", "2024-07-03", whole("2024-06-26", "2024-07-03")),
        ("the last three days", "2024-07-03", whole("2024-06-30", "2024-07-03")),
        ("on 3 June", "2023-06-08", whole("2023-06-03")),
        ("on December 30", "2024-01-02", whole("2023-12-30")),
        ("in March", "2023-04-02", whole("2023-03-01", "2023-03-31")),
        ("in the fourth quarter", "2023-01-20", whole("2022-10-01", "2022-12-31")),
        ("two years ago", "2024-07-03", whole("2021-07-04", "2023-07-04")),
    ],
)
def test_a_relative_time_counts_from_the_day_of_publication(
    text: str, published: str, expected: list[tuple[str, str]]
) -> None:
    assert spans(text, published) == expected


def test_before_and_after_are_open_to_one_side() -> None:
    (before,), (after,) = find_times("before 2010"), find_times("after May 2010")
    assert (before.first, before.last) == (date.min, date(2010, 12, 31))
    assert (after.first, after.last) == (date(2010, 5, 1), date.max)


def test_spans_meet_when_a_day_is_common_or_within_the_slack() -> None:
    (may,), (day,), (june,) = find_times("May 2022"), find_times("12 May 2022"), find_times("2 June 2022")
    assert may.meets(day) and day.meets(may)
    assert not may.meets(june) and may.meets(june, slack_days=2)


@pytest.mark.parametrize(
    ("text", "published", "told"),
    [
        ("It failed last month.", "2022-06-15", "May 2022"),
        ("It failed last year.", "2022-06-15", "2021"),
        ("It failed on Tuesday.", "2024-07-03", "Tuesday 2 July 2024"),
        ("It failed in May 2022.", "2022-06-15", ""),
    ],
)
def test_what_is_left_to_the_date_of_publication_is_spelled_out(text: str, published: str, told: str) -> None:
    assert render_resolved(text, published) == told


def test_a_place_in_the_text_is_the_words_of_the_time() -> None:
    text = "Founded in March 2019 and closed on 5 May 2021."
    assert [text[span.start : span.end] for span in find_times(text)] == ["March 2019", "5 May 2021"]


@given(st.dates(min_value=date(1500, 1, 1), max_value=date(2099, 12, 31)))
def test_a_day_that_was_rendered_is_found_again(day: date) -> None:
    (found,) = find_times(render_span(TimeSpan(first=day, last=day)).partition(" ")[2])
    assert (found.first, found.last) == (day, day)


@given(st.text(), st.dates())
def test_any_text_and_day_are_taken(text: str, published: date) -> None:
    for span in find_times(text, TimeSpan(first=published, last=published)):
        assert span.first <= span.last and 0 <= span.start < span.end <= len(text)


@pytest.mark.parametrize("published", [date.min, date.max])
@pytest.mark.parametrize("text", ["yesterday", "tomorrow", "last year", "next year", "nine years ago", "next month"])
def test_the_ends_of_the_calendar_are_no_error(text: str, published: date) -> None:
    find_times(text, TimeSpan(first=published, last=published))
