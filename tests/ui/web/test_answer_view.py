from datetime import date

import pytest

from rag.records import Conflict, ConflictSide, Filters
from tests.ui.build import HOSTILE, Seen, answer, assert_harmless, citation, claim, passage, segment
from ui.web.answer_view import HEADINGS, render_answer_section


def test_footnotes_are_buttons_that_open_the_quote() -> None:
    html = render_answer_section(answer())

    seen = assert_harmless(html)
    number, note = citation(), citation()
    assert "The SCO has 14 dialogue partners. [1]" in seen.text
    assert 'aria-label="Footnote 1: open the passage"' in html
    assert set(seen.values("data-start")) == {str(number.start)} and set(seen.values("data-end")) == {str(note.end)}
    assert "“" not in seen.text  # quotation marks are the style sheet's, so that quotes stay verbatim
    assert citation().quote in seen.text


def test_number_without_a_citation_is_left_out() -> None:
    seen = Seen(render_answer_section(answer(segments=(segment(citations=(7,)),))))

    assert "7" not in seen.text


@pytest.mark.parametrize("forged", ["[2]", "[1]", " [2] ", "[^1]", "[1](#)", "<sup>2</sup>", "[1][2]"])
def test_what_an_article_says_is_no_footnote(forged: str) -> None:
    quote = f"The deal{forged} is off."
    html = render_answer_section(
        answer(
            text=f"{quote} [1]",
            segments=(segment(quote),),
            claims=(claim(quote),),
            citations=(citation(quote=quote), citation(number=2)),
        )
    )

    seen = assert_harmless(html)
    assert seen.text.count(quote) == 3  # the answer, its footnote and its claim
    assert [number for number in seen.values("data-number") if number != "1"] == []


def test_each_segment_has_its_own_footnotes_and_lines_are_paragraphs() -> None:
    said = (
        segment("14", claim=0),
        segment("But Daily says:", citations=(), claim=None, starts_line=True),
        segment("15", citations=(1, 2)),
    )
    html = render_answer_section(answer(segments=said, citations=(citation(), citation(number=2))))

    assert html.count('<p class="fn-text">') == 2
    assert "But Daily says: 15 [1] [2]" in Seen(html).text


def test_each_verdict_has_its_own_heading_and_class() -> None:
    for verdict, heading in HEADINGS.items():
        html = render_answer_section(answer(verdict=verdict, reason="Why."))
        assert f'class="fn-answer fn-{verdict}"' in html
        assert heading in Seen(html).text


def test_abstention_says_why_once_and_shows_the_nearest_passages() -> None:
    reason = "The articles found do not say this."
    html = render_answer_section(
        answer(verdict="abstained", reason=reason, text=reason, claims=(), citations=(), passages=(passage(),) * 5)
    )

    seen = assert_harmless(html)
    assert seen.text.count(reason) == 1
    assert "Nearest passages" in seen.text
    assert len(seen.values("data-article")) == 3


def test_abstention_cites_the_sentence_that_comes_nearest_before_it_suggests_anything() -> None:
    seen = assert_harmless(
        render_answer_section(
            answer(
                verdict="abstained",
                reason="Not said.",
                segments=(segment("Not said.", citations=(), claim=None),),
                claims=(),
                citations=(),
                nearest=(citation(),),
                suggestions=("Who came?",),
            )
        )
    )

    places = [
        seen.text.index(words) for words in ("Not said.", "What comes nearest", f"[1] {citation().quote}", "Who came?")
    ]
    assert places == sorted(places)
    assert seen.values("data-start")[0] == str(citation().start)


def test_readers_see_the_name_of_a_file_and_never_its_path() -> None:
    nameless = {"title": "", "publisher": "", "published": "", "source": "/srv/private/news/sco.txt"}
    html = render_answer_section(
        answer(
            verdict="partial",
            citations=(citation(**nameless),),
            nearest=(citation(**nameless),),
            passages=(passage(**nameless),),
        )
    )

    assert "/srv" not in html and "private" not in html
    assert "sco.txt" in Seen(html).text


def test_full_answer_shows_no_nearest_passages() -> None:
    assert "Nearest passages" not in Seen(render_answer_section(answer())).text


def test_claims_left_out_are_shown_with_their_reason_and_the_list_is_open() -> None:
    dropped = claim("It was founded on Mars.", verdict="unsupported", reason="Mars is not in the evidence")
    html = render_answer_section(answer(verdict="partial", reason="Left out."), [claim(), dropped])

    seen = assert_harmless(html)
    assert "It was founded on Mars." in seen.text and "Mars is not in the evidence" in seen.text
    assert "2 sentences checked: 1 supported, 1 not supported, left out" in seen.text
    assert '<details class="fn-check" open>' in html


def test_numbers_of_left_out_claims_do_not_point_at_the_answers_footnotes() -> None:
    dropped = claim("Wrong.", verdict="unsupported", citations=(1,))

    with_it = Seen(render_answer_section(answer(), [dropped]))
    without = Seen(render_answer_section(answer()))

    assert len(with_it.values("data-number")) == len(without.values("data-number"))


def test_conflict_shows_each_side_with_its_citation() -> None:
    sides = (ConflictSide(quote="40 meetings", citation=1), ConflictSide(quote="42 meetings", citation=2))
    html = render_answer_section(
        answer(
            citations=(citation(), citation(number=2, title="Another paper", article_id="b" * 16)),
            conflicts=(Conflict(summary="How often they met", sides=sides),),
        )
    )

    seen = assert_harmless(html)
    for words in ("The articles disagree", "How often they met", "40 meetings", "42 meetings", "Another paper"):
        assert words in seen.text


def test_hostile_answer_stays_text() -> None:
    hostile = citation(quote=HOSTILE, title=HOSTILE, publisher=HOSTILE, published=HOSTILE, source=HOSTILE)
    html = render_answer_section(
        answer(
            verdict="partial",
            segments=(segment(HOSTILE),),
            nearest=(citation(quote=HOSTILE, title=HOSTILE),),
            reason=HOSTILE,
            claims=(claim(HOSTILE, reason=HOSTILE),),
            citations=(hostile,),
            conflicts=(Conflict(summary=HOSTILE, sides=(ConflictSide(quote=HOSTILE, citation=1),)),),
            passages=(passage(HOSTILE, text=HOSTILE, title=HOSTILE),),
        ),
        [claim(HOSTILE + "2", verdict="unsupported")],
    )

    assert assert_harmless(html).text.count(HOSTILE) >= 10


def test_a_suggested_question_is_a_button_that_asks_it() -> None:
    seen = assert_harmless(render_answer_section(answer(verdict="abstained", suggestions=(f"Who? {HOSTILE}",))))

    assert seen.values("data-example") == [f"Who? {HOSTILE}"]
    assert not Seen(render_answer_section(answer())).values("data-example")


def test_a_footnote_tells_how_many_independent_articles_carry_it_from_two_on() -> None:
    alone, both = (Seen(render_answer_section(answer(citations=(citation(carried_by=n),)))) for n in (1, 2))

    assert "independent" not in alone.text
    assert "Carried by 2 independent articles" in both.text


def test_the_filters_that_held_are_named_as_text() -> None:
    chosen = Filters(publishers=("Daily",), published_to=date(2024, 7, 3))
    seen = Seen(render_answer_section(answer(filters=chosen)))
    hostile = assert_harmless(render_answer_section(answer(filters=Filters(publishers=(HOSTILE,)))))

    assert "Using only articles from Daily, up to 2024-07-03." in seen.text
    assert "Using only" not in Seen(render_answer_section(answer())).text
    assert "<script>alert(1)</script>" in hostile.text
