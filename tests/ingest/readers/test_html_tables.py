"""Tables of HTML: every cell stays in its column."""

from __future__ import annotations

import pytest

from ingest.readers.html import extract_html
from ingest.readers.html_blocks import markup_blocks, parse_markup

PROSE = (
    "The ski lifts of Norefjell open on the first Saturday of December, two weeks later than they did a year ago, "
    "because the snow has not come and the guns need nights that are colder than these."
)


def page(table: str) -> bytes:
    return (
        f"<html><head><title>Ski lifts open</title></head><body><article><h1>Ski lifts open</h1><p>{PROSE}</p>{table}"
        f"<p>{PROSE.replace('lifts', 'runs')}</p></article></body></html>"
    ).encode()


def rows(table: str) -> list[str]:
    """The rows of the only table, read from a page; they are the same where markup is read as a whole."""
    text = extract_html(page(table)).text
    found = [line for line in text.split("\n") if " | " in line]
    assert "\n".join(found) in list(markup_blocks(parse_markup(page(table))))
    return found


def test_an_empty_cell_leaves_its_place() -> None:
    table = """<table><tr><th>Lift</th><th>Metres</th><th>Seats</th><th>Price</th></tr>
    <tr><td>North</td><td></td><td>4</td><td>390 crowns</td></tr>
    <tr><td></td><td>1,200</td><td><br></td><td>410 crowns</td></tr>
    <tr><td>South</td><td>800</td><td>&nbsp;</td><td></td></tr></table>"""
    assert rows(table) == [
        "Lift | Metres | Seats | Price",
        "North | – | 4 | 390 crowns",
        "– | 1,200 | – | 410 crowns",
        "South | 800",
    ]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("Runs<ul><li>blue: 4</li><li>red: 7</li></ul>", "Runs blue: 4; red: 7"),
        ("<ol><li>blue</li><li>red</li></ol>", "blue; red"),
        ("<p>Two</p><p>lines</p>", "Two lines"),
        ("one<br>two", "one two"),
        ("<ul><li>outer<ul><li>inner</li></ul></li></ul>", "outer inner"),
        ("<b>fat</b><i>lean</i> <span>mild</span>", "fatlean mild"),
        ("<dl><dt>Seats</dt><dd>4</dd></dl>", "Seats 4"),
    ],
)
def test_a_cell_keeps_all_that_it_holds_on_its_line(cell: str, words: str) -> None:
    assert (
        rows(f"<table><tr><td>North</td><td>{cell}</td><td>9</td></tr><tr><td>a</td><td>b</td><td>c</td></tr></table>")[
            0
        ]
        == f"North | {words} | 9"
    )


def test_cells_that_span_keep_the_others_in_their_columns() -> None:
    table = """<table><thead><tr><th rowspan="2">Lift</th><th colspan="2">Price</th><th rowspan="2">Seats</th></tr>
    <tr><th>day</th><th>week</th></tr></thead>
    <tbody><tr><td>North</td><td colspan="2">closed</td><td>4</td></tr>
    <tr><td rowspan="2">South</td><td>390</td><td>1,900</td><td>2</td></tr>
    <tr><td>410</td><td>2,000</td><td>6</td></tr></tbody></table>"""
    assert rows(table) == [
        "Lift | Price | Price | Seats",
        "Lift | day | week | Seats",
        "North | closed | – | 4",
        "South | 390 | 1,900 | 2",
        "South | 410 | 2,000 | 6",
    ]


@pytest.mark.parametrize("span", ["0", "-1", "x", "", "999999999", "٣"])
def test_a_wrong_span_neither_fails_nor_grows_without_bounds(span: str) -> None:
    found = rows(
        f'<table><tr><td>a</td><td colspan="{span}" rowspan="{span}">b</td></tr><tr><td>c</td><td>d</td></tr></table>'
    )
    assert found[0] == "a | b" and len("".join(found)) < 2_000


def test_a_table_that_only_arranges_the_page_is_read_as_text() -> None:
    table = f'<table role="presentation"><tr><td><p>{PROSE}</p></td><td><p>{PROSE.upper()}</p></td></tr></table>'
    assert " | " not in extract_html(page(table)).text


def test_columns_without_any_words_and_tables_of_one_column_say_nothing() -> None:
    table = (
        "<table><tr><td></td><td>North</td><td><img src='a.png'></td><td>4</td></tr>"
        "<tr><td></td><td>South</td><td></td><td>2</td></tr></table>"
    )
    assert rows(table) == ["North | 4", "South | 2"]
    table = f"<table><tr><td></td><td><img src='a.png'></td><td>{PROSE}</td></tr></table>"
    assert "–" not in extract_html(page(table)).text
