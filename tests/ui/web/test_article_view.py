import re

from hypothesis import given
from hypothesis import strategies as st

from tests.ui.build import HOSTILE, TEXT, Seen, article, assert_harmless
from ui.web.article_view import LISTED_MAX, render_article, render_articles, render_missing_article


def marked(html: str) -> str:
    return "".join(Seen(part).text for part in re.findall(r"<mark>.*?</mark>", html, re.DOTALL))


def test_cited_span_is_marked_and_the_whole_text_is_there() -> None:
    start = TEXT.index("The SCO")
    html = render_article(article(), start, start + len("The SCO has 14 dialogue partners."))

    assert marked(html) == "The SCO has 14 dialogue partners."
    for sentence in TEXT.split("\n"):
        assert sentence in Seen(html).text


def test_span_over_two_paragraphs_is_marked_in_both() -> None:
    html = render_article(article(), TEXT.index("Astana"), TEXT.index("has 14"))

    assert html.count("<mark>") == 2
    assert marked(html) == "Astana.The SCO "


def test_empty_or_outer_span_marks_nothing() -> None:
    for start, end in [(0, 0), (500, 600), (-5, -1), (10, 3)]:
        assert "<mark>" not in render_article(article(), start, end)


def test_hostile_article_stays_text() -> None:
    html = render_article(
        article(text=HOSTILE, title=HOSTILE, publisher=HOSTILE, published=HOSTILE, source=HOSTILE, url=HOSTILE),
        5,
        60,
    )

    seen = assert_harmless(html)
    assert seen.text.count(HOSTILE) == 4
    assert HOSTILE.rpartition("/")[2] in seen.text  # of a source, only the name
    assert "a" not in seen.tags


@given(text=st.text(alphabet="ab &<\n", max_size=40), start=st.integers(-5, 45), end=st.integers(-5, 45))
def test_mark_holds_exactly_the_span(text: str, start: int, end: int) -> None:
    html = render_article(article(text=text), start, end)

    shown = [char if line.strip() else "" for line in text.splitlines(keepends=True) for char in line]
    inside = "".join(shown[max(0, start) : max(0, end)])
    assert marked(html) == inside.replace("\n", "")


def test_a_note_on_how_the_text_was_taken_is_shown_over_it() -> None:
    seen = assert_harmless(render_article(article(note=f"Its order is uncertain. {HOSTILE}")))

    assert "Its order is uncertain." in seen.text and HOSTILE in seen.text
    assert 'class="fn-note"' not in render_article(article())


def test_list_names_articles_and_opens_them() -> None:
    seen = assert_harmless(render_articles([article(), article(id="b" * 16, title=HOSTILE, version=3)]))

    assert seen.values("data-article") == ["a1b2c3d4e5f60718", "b" * 16]
    assert seen.values("data-version") == ["1", "3"]
    assert HOSTILE in seen.text and "2 articles" in seen.text


def test_long_list_is_cut_and_says_so() -> None:
    seen = Seen(render_articles([article()] * (LISTED_MAX + 1)))

    assert len(seen.values("data-article")) == LISTED_MAX
    assert f"first {LISTED_MAX}" in seen.text


def test_missing_article_is_told() -> None:
    assert HOSTILE in assert_harmless(render_missing_article(HOSTILE)).text
