"""Dates: forms, precision, date lines."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cleaning.dates import cut_dateline, find_dateline, later_date, parse_date


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024", "2024"),
        (2024, "2024"),
        ("2024-07", "2024-07"),
        ("July 2024", "2024-07"),
        ("2024-07-03", "2024-07-03"),
        ("2024/7/3", "2024-07-03"),
        ("20240703", "2024-07-03"),
        ("July 3, 2024", "2024-07-03"),
        ("Wednesday, July 3rd, 2024", "2024-07-03"),
        ("3 July 2024", "2024-07-03"),
        ("3 Jul. 2024", "2024-07-03"),
        ("03-Jul-2024", "2024-07-03"),
        ("Wed, 03 Jul 2024 10:15:00 GMT", "2024-07-03T10:15:00+00:00"),
        ("2024-07-03T10:15:30Z", "2024-07-03T10:15:30+00:00"),
        ("2024-07-03 10:15 +0500", "2024-07-03T10:15+05:00"),
        ("July 3, 2024 at 4:05 p.m.", "2024-07-03T16:05"),
        ("2024-07-03T00:00:00", "2024-07-03"),
        ("23/07/2024", "2024-07-23"),
        ("03/07/2024", "2024"),
        (date(2024, 7, 3), "2024-07-03"),
        (datetime(2024, 7, 3, 10, 0, tzinfo=UTC), "2024-07-03T10:00+00:00"),
        ("2024-02-30", ""),
        ("2024-13", ""),
        ("2024-07-03T25:00", ""),
        ("31/31/2024", ""),
        ("yesterday", ""),
        ("", ""),
        (None, ""),
        (True, ""),
        (["2024"], ""),
    ],
)
def test_dates_become_iso_with_the_precision_given(written: object, expected: str) -> None:
    assert parse_date(written) == expected


@given(
    st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(2999, 1, 1)).map(lambda d: d.replace(microsecond=0))
)
def test_what_was_parsed_is_parsed_to_itself(moment: datetime) -> None:
    once = parse_date(moment.isoformat())
    assert parse_date(once) == once
    assert datetime.fromisoformat(once) == moment


@given(st.text(max_size=40))
def test_no_text_makes_it_raise(text: str) -> None:
    parse_date(text)
    rest, published, updated = cut_dateline(text)
    assert published or updated or rest == text


@pytest.mark.parametrize(
    ("text", "rest", "published", "updated"),
    [
        (" date 2024-07-03 Children sang.", "Children sang.", "2024-07-03", ""),
        ("Published: July 3, 2024\nChildren sang.", "Children sang.", "2024-07-03", ""),
        ("Published: July 3, 2024 at 10:30 GMT\nOn.", "On.", "2024-07-03T10:30+00:00", ""),
        ("A headline\nJuly 3, 2024\nText.", "A headline\nText.", "2024-07-03", ""),
        (
            "A headline\nPublished on 3rd July 2024 | Updated 4th July 2024\nText.",
            "A headline\nText.",
            "2024-07-03",
            "2024-07-04",
        ),
        ("Date: 2024-07\n\nText.", "Text.", "2024-07", ""),
        (
            "A headline\nPublished 3 July 2024\nLast updated on 4 July 2024, 10:30 GMT\nText.",
            "A headline\nText.",
            "2024-07-03",
            "2024-07-04T10:30+00:00",
        ),
        ("A headline\nUpdated: July 4, 2024\n\nText.", "A headline\n\nText.", "", "2024-07-04"),
        ("3 July 2024, 10:30 GMT (updated 3 July 2024, 10:30 GMT)\nText.", "Text.", "2024-07-03T10:30+00:00", ""),
    ],
)
def test_a_date_line_becomes_the_dates_and_leaves_the_text(text: str, rest: str, published: str, updated: str) -> None:
    assert cut_dateline(text) == (rest, published, updated)


@pytest.mark.parametrize(
    "text",
    [
        "July 3, 2024 was a Wednesday.",
        "Date palms grow here.",
        "date 2024-99-99 is not a day.",
        "July 1, 2024\nThey came.\nJuly 2, 2024\nThey went.",
        "One.\nTwo.\nThree.\nFour.\nJuly 3, 2024\nFive.",
        "2024 was dry.",
    ],
)
def test_dates_that_belong_to_the_text_stay(text: str) -> None:
    assert cut_dateline(text) == (text, "", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("July 3, 2024 10:30 AM EDT", "2024-07-03T10:30-04:00"),
        ("2024-07-03 10:30 CEST", "2024-07-03T10:30+02:00"),
        ("03 Jul 2024 22:30 (MSK)", "2024-07-03T22:30+03:00"),
        ("3 July 2024, 10:30 BST", "2024-07-03T10:30"),
        ("July 3, 2024 10:30 AM best", ""),
    ],
)
def test_zones_by_name_are_kept_where_they_name_one(text: str, expected: str) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("updated", "published", "expected"),
    [
        ("2024-07-04", "2024-07-03", "2024-07-04"),
        ("2024-07-03T11:00+05:00", "2024-07-03T10:30+00:00", ""),
        ("2024-07-03T11:00+00:00", "2024-07-03T12:30+05:00", "2024-07-03T11:00+00:00"),
        ("2024-07-03T15:00", "2024-07-03", "2024-07-03T15:00"),
        ("2024-07-03", "2024-07-03T15:00", ""),
        ("2024-07-02", "2024-07-03T15:00+00:00", ""),
        ("2024", "2023-12-31", "2024"),
        ("2024-07-04", "", "2024-07-04"),
        ("", "2024-07-03", ""),
    ],
)
def test_an_update_is_later_than_the_publication(updated: str, published: str, expected: str) -> None:
    assert later_date(updated, published) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lund, 20 June 2025. The ferry sank.", "2025-06-20"),
        ("A headline\n\nNew Lund, 3 January 2025.\n\nThe ferry sank.", "2025-01-03"),
        ("LUND, July 3, 2024 (Wire) – The ferry sank.", "2024-07-03"),
        ("LUND (Wire) - July 3, 2024 - The ferry sank.", "2024-07-03"),
        ("Lund, Sweden, 3 July 2024: The ferry sank.", "2024-07-03"),
        ("A headline\n\nThe Lund Post - 12 March 2025 - page 3\n\nThe ferry sank.", "2025-03-12"),
        ("By Jane Doe | Thursday, July 4, 2024 | 4 min read\n\nThe ferry sank.", "2024-07-04"),
        ("LUND REVIEW   Vol. 41   June 2025\n\nThe ferry sank.", "2025-06"),
        ("Paris • 2024-07-03 10:30 UTC • Wire\n\nThe ferry sank.", "2024-07-03T10:30+00:00"),
        ("Published 3 July 2024 by Jane Doe\n\nThe ferry sank.", "2024-07-03"),
    ],
)
def test_a_date_beside_other_things_in_the_first_lines_is_taken_and_stays(text: str, expected: str) -> None:
    assert cut_dateline(text) == (text, expected, "")


@pytest.mark.parametrize(
    "text",
    [
        "They met in Lund, 3 July 2024. Then they left.",
        "On 3 July 2024, they met.",
        "Born in Rome on 3 July 1924, he left.",
        "The March 2024 report\n\nIt is long.",
        "The fair, 3–4 July 2024",
        "Rome, 3 July 1924. Dear Anna.\n\nRome, 5 July 1924. Dear Anna.",
        "From 1 May 2024 - 3 July 2024 - they dug.",
        "1 May 2024 | 3 July 2024",
        f"{'It rained in the whole of the country, and nobody had thought of it. ' * 3}\n\nLund | 3 July 2024",
    ],
)
def test_dates_of_what_is_told_are_not_those_of_the_text(text: str) -> None:
    assert find_dateline(text) == ""
    assert cut_dateline(text) == (text, "", "")
