"""PDFs: the order in which text is read, paragraphs, titles, dates, and what is said where the order is doubtful."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from ingest.readers.pdf import extract_pdf
from rag.errors import IngestError
from tests.ingest.pdfs import PAGE_ONE, PAGE_THREE, PAGE_TWO, Piece, build_pdf, column, draw_pdf, row_by_row

GLASS = [
    "The glassworks in Ostby will light",
    "their furnace again in May. It has",
    "been cold since the fire of 2016,",
    "when the roof fell in. The new own-",
    "ers, two brothers from Lervik, have",
    "put 2.6 million crowns into the hall.",
    "They want to hire 31 people.",
]
BUSES = [
    "The buses to Ostby run every hour",
    "from Monday. Until now there was",
    "one in the morning and one at night.",
    "A ticket costs 28 crowns, as before.",
    "Driver Tone Vik said that the small",
    "places by the fjord had asked for it",
    "for nine years.",
]
OWLS = [
    "Seven pairs of owls nest this year",
    "in the tower of the old brewery. In",
    "the year before there were only two.",
    "The town keeps the bells silent un-",
    "til the young ones can fly.",
]
GLASS_TEXT = (
    "The glassworks in Ostby will light their furnace again in May. It has been cold since the fire of 2016, when the "
    "roof fell in. The new owners, two brothers from Lervik, have put 2.6 million crowns into the hall. They want to "
    "hire 31 people."
)
BUSES_TEXT = (
    "The buses to Ostby run every hour from Monday. Until now there was one in the morning and one at night. A ticket "
    "costs 28 crowns, as before. Driver Tone Vik said that the small places by the fjord had asked for it for nine "
    "years."
)
OWLS_TEXT = (
    "Seven pairs of owls nest this year in the tower of the old brewery. In the year before there were only two. The "
    "town keeps the bells silent until the young ones can fly."
)


def blocks(data: bytes) -> list[str]:
    extract = extract_pdf(data)
    assert extract.note == ""
    return extract.text.split("\n\n")


def test_two_columns_written_row_by_row_are_read_one_after_the_other() -> None:
    page = row_by_row(column(50, 700, GLASS), column(310, 700, BUSES))
    assert blocks(draw_pdf([page])) == [GLASS_TEXT, BUSES_TEXT]


def test_columns_are_read_alike_whatever_the_order_of_the_file() -> None:
    page = [*column(310, 700, BUSES), *column(50, 700, GLASS)]
    assert blocks(draw_pdf([page])) == [GLASS_TEXT, BUSES_TEXT]


def test_columns_whose_lines_are_not_on_one_height_are_parted() -> None:
    page = row_by_row(column(50, 700, GLASS), column(310, 696, BUSES, leading=12.4))
    assert blocks(draw_pdf([page])) == [GLASS_TEXT, BUSES_TEXT]


def test_three_columns_under_a_heading_over_all_of_them() -> None:
    page = row_by_row(
        [Piece(x=50, y=740, text="What is new in Ostby and by the fjord of Lervik this spring", size=20)],
        column(50, 700, GLASS, size=9),
        column(222, 700, BUSES, size=9),
        column(394, 700, OWLS, size=9),
    )
    assert blocks(draw_pdf([page])) == [
        "What is new in Ostby and by the fjord of Lervik this spring",
        GLASS_TEXT,
        BUSES_TEXT,
        OWLS_TEXT,
    ]


def test_columns_end_where_a_heading_over_the_whole_page_follows() -> None:
    page = row_by_row(
        column(50, 700, GLASS),
        column(310, 700, BUSES),
        [Piece(x=50, y=590, text="Owls", size=14)],
        column(50, 570, [f"{OWLS[0]} {OWLS[1]} {OWLS[2]}", f"{OWLS[3][:-1]}{OWLS[4]}"]),
    )
    assert blocks(draw_pdf([page])) == [GLASS_TEXT, BUSES_TEXT, "Owls", OWLS_TEXT]


def test_a_font_that_the_matrix_scales_has_the_size_that_is_seen() -> None:
    page = [Piece(x=50, y=750, text="Glass again", size=18), *column(50, 720, GLASS)]
    extract = extract_pdf(draw_pdf([page], scaled=True))
    assert (extract.title, extract.text) == ("Glass again", f"Glass again\n\n{GLASS_TEXT}")


def test_a_page_that_is_drawn_lying_and_shown_upright_is_read_as_it_is_seen() -> None:
    def lying(piece: Piece) -> Piece:
        return Piece(x=595 - piece.y * 0.7, y=piece.x, text=piece.text, size=piece.size * 0.7, sideways=True)

    page = [lying(piece) for piece in row_by_row(column(50, 700, GLASS), column(310, 700, BUSES))]
    assert blocks(draw_pdf([page], rotation=90)) == [GLASS_TEXT, BUSES_TEXT]


def test_text_along_the_margin_comes_after_the_page() -> None:
    page = [Piece(x=20, y=300, text="Printed in Lervik on paper of straw", sideways=True), *column(50, 700, GLASS)]
    assert blocks(draw_pdf([page])) == [GLASS_TEXT, "Printed in Lervik on paper of straw"]


def test_a_paragraph_runs_on_over_columns_and_pages() -> None:
    second = [GLASS[3], GLASS[4], "put 2.6 million crowns into the"]
    first = row_by_row(column(50, 700, GLASS[:3]), column(310, 700, second))
    rest = column(50, 700, ["hall. They want to hire 31 people.", "", *OWLS])
    assert blocks(draw_pdf([first, rest])) == [GLASS_TEXT, OWLS_TEXT]


def test_a_table_is_read_row_by_row_and_keeps_its_columns() -> None:
    table = [("Route", "Minutes", "Crowns"), ("Ostby", "35", "28"), ("Lervik", "", "41"), ("Sund", "90", "66")]
    cells = [
        Piece(x=50 + 120 * place, y=600 - 14 * number, text=text)
        for number, row in enumerate(table)
        for place, text in enumerate(row)
        if text
    ]
    by_column = sorted(cells, key=lambda piece: (piece.x, -piece.y))
    page = [*column(50, 700, [f"{GLASS[0]} {GLASS[1]}", GLASS[2]]), *by_column]
    assert blocks(draw_pdf([page]))[-1] == "Route | Minutes | Crowns\nOstby | 35 | 28\nLervik | – | 41\nSund | 90 | 66"


def test_an_order_that_is_doubtful_is_said() -> None:
    names = ["Tone Vik, driver", "Ola Grimstad, cook", "Siv Nordli, nurse", "Per Aune, smith"]
    places = ["Harbour road 12", "Market square 3", "Old brewery 7", "Station street 9"]
    extract = extract_pdf(
        draw_pdf([column(50, 700, GLASS), row_by_row(column(50, 700, names), column(200, 700, places))])
    )
    assert "page 2 of the PDF is uncertain" in extract.note
    over = [*column(50, 700, GLASS), *column(54, 700, BUSES)]
    assert "page 1 of the PDF is uncertain" in extract_pdf(draw_pdf([over])).note


def test_two_rows_of_prose_beside_each_other_are_doubtful() -> None:
    page = row_by_row(column(50, 700, GLASS[:2]), column(310, 700, BUSES[:2]))
    assert extract_pdf(draw_pdf([page])).note


def test_the_largest_text_at_the_top_is_the_title_and_all_keep_their_lines() -> None:
    page = [
        Piece(x=50, y=780, text="The Fjord Post - 4 March 2025 - page 2", size=8),
        Piece(x=50, y=750, text="Glassworks in Ostby light their", size=22),
        Piece(x=50, y=724, text="furnace again", size=22),
        Piece(x=50, y=700, text="By Marit Solheim", size=8),
        *column(50, 680, GLASS),
    ]
    extract = extract_pdf(draw_pdf([page]))
    assert extract.title == "Glassworks in Ostby light their furnace again"
    assert extract.published == "2025-03-04"
    assert extract.text.split("\n\n") == [
        "The Fjord Post - 4 March 2025 - page 2",
        "Glassworks in Ostby light their furnace again",
        "By Marit Solheim",
        GLASS_TEXT,
    ]


@pytest.mark.parametrize(
    ("stated", "title"),
    [("Furnace to be lit", "Furnace to be lit"), ("glass_v3.indd", "Glass again"), ("", "Glass again")],
)
def test_a_title_in_the_properties_counts_when_it_is_no_file_name(stated: str, title: str) -> None:
    page = [Piece(x=50, y=750, text="Glass again", size=18), *column(50, 720, GLASS)]
    assert extract_pdf(draw_pdf([page], title=stated)).title == title


def test_a_bold_heading_of_the_same_size_stays_apart_from_the_text() -> None:
    page = [Piece(x=50, y=713, text="Glass again", bold=True), *column(50, 700, GLASS)]
    assert blocks(draw_pdf([page])) == ["Glass again", GLASS_TEXT]


def test_an_initial_letter_belongs_to_its_word() -> None:
    lines = [
        "he owls came back to the tower of",
        "the brewery in March, three weeks",
        "before they did in other years, and",
    ]
    page = [
        Piece(x=50, y=674, text="T", size=40),
        *column(76, 700, lines),
        *column(50, 661, ["they stayed although the bells rang", "on every day of the week until noon."]),
    ]
    assert blocks(draw_pdf([page])) == [
        "The owls came back to the tower of the brewery in March, three weeks before they did in other years, and they "
        "stayed although the bells rang on every day of the week until noon."
    ]


def test_a_heading_is_no_running_header_though_its_words_are_repeated() -> None:
    def page(number: int) -> list[Piece]:
        header = [Piece(x=50, y=800, text="Owls of the tower", size=8), Piece(x=50, y=30, text=str(number), size=8)]
        return [*header, *column(50, 740, [f"{line} ({number})" if at == 6 else line for at, line in enumerate(BUSES)])]

    first = [Piece(x=50, y=800, text="Owls of the tower", size=24), *column(50, 740, BUSES)]
    extract = extract_pdf(draw_pdf([first, page(2), page(3), page(4)]))
    assert extract.title == "Owls of the tower"
    assert extract.text.count("Owls of the tower") == 1


def test_the_date_of_a_running_header_is_the_date_of_publication() -> None:
    header = Piece(x=50, y=800, text="FJORD POST   No. 7   4 March 2025", size=8)
    pages = [[header, *column(50, 740, lines)] for lines in (GLASS, BUSES, OWLS)]
    extract = extract_pdf(draw_pdf(pages))
    assert extract.published == "2025-03-04"
    assert "FJORD" not in extract.text


places = st.tuples(st.integers(2, 24), st.integers(2, 38), st.sampled_from([8.0, 10.0, 18.0]), st.booleans())


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(places, min_size=1, max_size=25), min_size=1, max_size=3))
def test_no_word_is_lost_or_doubled_wherever_it_stands(pages: list[list[tuple[int, int, float, bool]]]) -> None:
    drawn = [
        [
            Piece(x=20 * x, y=20 * y, text=f"Wort{chr(97 + number)}{chr(97 + at)} eins", size=size, bold=bold)
            for at, (x, y, size, bold) in enumerate(dict.fromkeys(page))
        ]
        for number, page in enumerate(pages)
    ]
    text = extract_pdf(draw_pdf(drawn)).text
    wanted = sorted(piece.text.split()[0] for page in drawn for piece in page)
    assert sorted(re.findall(r"Wort[a-z]{2}", text)) == wanted  # pieces that overlap may be joined without a space


@pytest.fixture(scope="module")
def cases() -> Path:
    found = next(
        (each / "shared" / "cases" / "pdf" for each in Path(__file__).parents if (each / "shared").exists()), None
    )
    if found is None or not found.exists():
        pytest.skip("the cases are not there")
    return found


def test_the_two_column_cases_read_alike(cases: Path) -> None:
    texts = {extract_pdf((cases / f"two-column-{kind}.pdf").read_bytes()).text for kind in ("rowwise", "colwise")}
    assert len(texts) == 1


def test_pdf_paragraphs_run_over_lines_words_and_pages() -> None:
    extract = extract_pdf(build_pdf([PAGE_ONE, PAGE_TWO, PAGE_THREE]))
    assert "the international agenda ran to forty pages and half of them were about the price of grain" in extract.text
    assert "Daily Paper" not in extract.text
    assert extract.text.endswith("An end")


def test_pages_keep_their_first_lines_when_these_do_not_repeat() -> None:
    text = extract_pdf(build_pdf([["One", "line"], ["Two", "lines"]])).text
    assert text.split() == ["One", "line", "Two", "lines"]


def test_pdf_without_a_text_layer_is_refused() -> None:
    with pytest.raises(IngestError, match="only images"):
        extract_pdf(build_pdf([[], []]))


def test_encrypted_pdf_is_refused() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(build_pdf([PAGE_ONE]))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(IngestError, match="no text: the PDF is encrypted"):
        extract_pdf(out.getvalue())


@pytest.mark.parametrize("data", [b"not a PDF", b"%PDF-1.4\n%%EOF", b"%PDF-1.4\n1 0 obj\n<<"])
def test_damaged_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(IngestError):
        extract_pdf(data)
