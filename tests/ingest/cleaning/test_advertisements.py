"""Advertisements: what is marked as one is left out, the article around it stays, and an open end is told."""

from __future__ import annotations

import pytest

from ingest.cleaning.advertisements import UNCERTAIN, cut_advertisements
from ingest.readers.html import extract_html
from ingest.readers.markdown import extract_markdown
from ingest.readers.pdf import extract_pdf
from ingest.readers.text import extract_text
from tests.ingest.pdfs import Piece, column, draw_pdf

BEFORE = (
    "The cable car to the Hornberg stands still until Easter, since the inspectors found a worn strand in the rope "
    "that carries the cabins over the gorge."
)
AFTER = (
    "The new rope weighs 41 tonnes and comes from a works in Brugg. It is drawn up by helicopter in two nights, and "
    "the valley road is closed while that is done."
)
OFFER = "Buy the Alpina boots for 189 francs today!"


@pytest.mark.parametrize(
    "block",
    [
        f"ADVERTISEMENT\n{OFFER}",
        f"Advertisement\n{OFFER}\nOnly in our shops.",
        f"ADVERTISEMENT: {OFFER}",
        f"Advertisement – {OFFER}",
        f"[Sponsored] {OFFER}",
        f"*** ADVERTISEMENT ***\n\n{OFFER}\n\n***********",
        f"-----\nADVERTISEMENT\n\n{OFFER}\n\nCall us.\n-----",
        f"[PAID CONTENT]\n{OFFER}",
    ],
)
def test_a_marked_block_of_a_text_is_left_out(block: str) -> None:
    extract = extract_text(f"{BEFORE}\n\n{block}\n\n{AFTER}\n".encode())
    assert (extract.text, extract.note) == (f"{BEFORE}\n\n{AFTER}", "")


def test_a_block_is_left_out_whatever_ends_the_lines() -> None:
    extract = extract_text(f"{BEFORE}\r\n\r\nADVERTISEMENT\r\n{OFFER}\r\n\r\n{AFTER}".encode())
    assert extract.text == f"{BEFORE}\n\n{AFTER}"


@pytest.mark.parametrize("text", ["{0}\n\nAdvertisement\n\n{1}", "{0}\nAdvertisement\n{1}"])
def test_what_a_label_leaves_open_is_kept_and_told(text: str) -> None:
    extract = extract_text(text.format(BEFORE, AFTER).encode())
    assert (extract.text, extract.note) == (f"{BEFORE}\n\n{AFTER}", UNCERTAIN)


def test_a_label_with_nothing_behind_it_is_no_doubt() -> None:
    assert cut_advertisements(f"{BEFORE}\n\nAdvertisement\n") == (f"{BEFORE}\n\n\n", "")


@pytest.mark.parametrize(
    "line",
    [
        "Advertisements for boots are forbidden in Brugg.",
        "The advertisement: a chamois in boots.",
        "Sponsored: how clubs live on the money of banks",
        "Publicité : la loi change",
        "Anzeige: Mann fuhr ohne Fahrschein",
        "Sponsored children went to school.",
    ],
)
def test_sentences_about_advertising_stay(line: str) -> None:
    assert line in extract_text(f"{BEFORE}\n\n{line}\n\n{AFTER}".encode()).text


def test_labels_count_in_the_language_of_the_text() -> None:
    german = (
        "Die Seilbahn auf den Hornberg steht bis Ostern still, weil die Prüfer an dem Seil, das die Kabinen über die "
        "Schlucht trägt, eine schadhafte Litze gefunden haben."
    )
    assert (
        extract_text(f"{german}\n\nANZEIGE\n{OFFER}\n\n{german[:60]}.".encode()).text == f"{german}\n\n{german[:60]}."
    )
    assert "Werbung" in extract_text(f"{BEFORE} {AFTER}\n\nWerbung\nin Switzerland\n\n{AFTER}".encode()).text


def test_a_marked_block_of_markdown_is_left_out() -> None:
    text = extract_markdown(
        f"{BEFORE}\n\n> **ADVERTISEMENT**\n> {OFFER}\n\n**Advertisement:** {OFFER}\n\n{AFTER}".encode()
    ).text
    assert text == f"{BEFORE}\n\n{AFTER}"


def page(middle: str) -> bytes:
    return (
        "<html><head><title>Cable car stands still</title></head><body class='has-ads'><main><h1>Cable car stands still"
        f"</h1><div class='body'><p>{BEFORE}</p><p>{BEFORE.replace('worn', 'torn')}</p>{middle}<p>{AFTER}</p>"
        f"<p>{AFTER.replace('two', 'three')}</p></div></main></body></html>"
    ).encode()


@pytest.mark.parametrize(
    "block",
    [
        "<div class='mid-content-ad'><p>{0}</p></div>",
        "<div class='ArticleAd'><p>{0}</p></div>",
        "<div id='ad_slot_3'><p>{0}</p></div>",
        "<section aria-label='Advertisement'><p>{0}</p></section>",
        "<ins class='adsbygoogle'><p>{0}</p></ins>",
        "<aside><h4>Advertisement</h4><p>{0}</p><p>Only in our shops.</p></aside>",
        "<div><span>Advertisement</span><p>{0}</p></div>",
        "<div data-ad-slot='7'><p>{0}</p></div>",
        "<amp-ad><p>{0}</p></amp-ad>",
        "<p>ADVERTISEMENT: {0}</p>",
        "<div class='sponsored'><p>{0}</p></div>",
    ],
)
def test_what_a_page_declares_an_advertisement_is_left_out(block: str) -> None:
    extract = extract_html(page(block.format(OFFER)))
    assert "Alpina" not in extract.text and extract.note == ""
    assert BEFORE in extract.text and AFTER in extract.text


@pytest.mark.parametrize(
    "block",
    [
        "<div class='with-ads'><p>{0}</p></div>",
        "<div class='text-without-ads'><p>{0}</p></div>",
        "<div class='headline adapted-text'><p>{0}</p></div>",
        "<div class='read-more-advice'><p>{0}</p></div>",
    ],
)
def test_classes_that_only_look_like_it_leave_the_text(block: str) -> None:
    news = "The toll road is free until the car runs again, the council of Brugg decided on Friday night."
    assert news in extract_html(page(block.format(news))).text


def test_an_article_is_never_taken_for_an_advertisement() -> None:
    whole = page("").replace(b"<main>", b"<main class='ad'>").replace(b"<div class='body'>", b"<div class='body ad'>")
    assert BEFORE in extract_html(whole).text


def test_a_marked_block_of_a_pdf_is_left_out() -> None:
    lines = [
        "The cable car to the Hornberg stands",
        "still until Easter, since inspectors",
        "found a worn strand in the rope.",
    ]
    offer = [Piece(x=50, y=640, text="ADVERTISEMENT"), Piece(x=50, y=627, text="Buy the Alpina boots today!")]
    extract = extract_pdf(draw_pdf([[*column(50, 700, lines), *offer, *column(50, 600, lines)]]))
    assert "Alpina" not in extract.text and extract.note == ""
    assert extract.text.count("inspectors found") == 2
