"""The metrics on claims, quotes and cited articles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.metrics import (
    citation_precision,
    citation_recall,
    cited_articles,
    details_in_quotes,
    groundedness,
    quote_exactness,
)
from eval.metrics.citation_precision import precise_citations
from eval.metrics.details_in_quotes import claim_details
from eval.records import Score
from rag.records import Window
from tests.eval.builders import (
    BRIDGE,
    COST,
    LIBRARY,
    MUSEUM,
    OPENED,
    VISITORS,
    cite,
    make_answer,
    make_case,
    make_passage,
    make_question,
    word_judge,
)


def value(score: Score | None) -> float:
    assert score is not None
    return score.value


def test_groundedness_pools_claims_and_names_the_unsupported() -> None:
    case = make_case(make_answer([(COST, [cite(MUSEUM, COST)]), ("It cost nothing.", [cite(MUSEUM, OPENED, 2)])]))
    score = groundedness.measure(case)
    assert score is not None and (score.value, score.weight) == (0.5, 2)
    assert "It cost nothing." in score.why and COST not in score.why


def test_a_claim_without_citation_is_not_grounded() -> None:
    assert value(groundedness.measure(make_case(make_answer([(COST, [])])))) == 0


def test_a_shown_claim_counts_even_when_it_calls_itself_unsupported() -> None:
    answer = make_answer([("It cost nothing.", [cite(MUSEUM, COST)])])
    hidden = replace(answer.claims[0], text="Never shown.", verdict="unsupported")
    shown = replace(answer.claims[0], verdict="unsupported")
    answer = replace(answer, claims=(shown, hidden))
    score = groundedness.measure(make_case(answer))
    assert score is not None and (score.value, score.weight) == (0, 1)


def test_without_citations_sentences_are_judged_over_all_passages() -> None:
    answer = make_answer(text=f"{COST} It is blue.", passages=(make_passage(MUSEUM), make_passage(BRIDGE, 2)))
    score = groundedness.measure(make_case(answer, cites=False))
    assert score is not None and (score.value, score.weight) == (0.5, 2)
    assert groundedness.measure(make_case(make_answer(text=COST), cites=False)) is None


def test_an_abstention_has_no_claims_to_score() -> None:
    case = make_case(make_answer(text="Not stated.", verdict="abstained"))
    assert groundedness.measure(case) is None
    assert citation_recall.measure(case) is None
    assert citation_precision.measure(case) is None


def test_citation_recall_is_the_mean_over_claims() -> None:
    claims = [(COST, [cite(MUSEUM, COST)]), (OPENED, [cite(MUSEUM, OPENED, 2)]), ("It is blue.", [])]
    assert value(citation_recall.measure(make_case(make_answer(claims)))) == pytest.approx(2 / 3)


def test_citation_precision_as_in_alce() -> None:
    cost, opened = (_evidence(quote) for quote in (COST, OPENED))
    # The claim follows from the first alone; the second alone doesn't carry it and the rest does: irrelevant.
    assert precise_citations(COST, (cost, opened), word_judge) == [True, False]
    # Neither carries the claim alone, but both are needed: both precise.
    assert precise_citations("Mongolia cost dollars.", (cost, opened), word_judge) == [True, True]
    # Together they don't support the claim: none is precise.
    assert precise_citations("It is blue.", (cost, opened), word_judge) == [False, False]
    # One citation that supports is precise.
    assert precise_citations(COST, (cost,), word_judge) == [True]


def test_citation_precision_counts_citations_over_all_claims() -> None:
    claims = [(COST, [cite(MUSEUM, COST), cite(MUSEUM, OPENED, 2)]), (VISITORS, [cite(MUSEUM, VISITORS, 3)])]
    assert value(citation_precision.measure(make_case(make_answer(claims)))) == pytest.approx(2 / 3)


def test_quotes_must_stand_verbatim_at_their_span() -> None:
    good, moved = cite(MUSEUM, COST), replace(cite(MUSEUM, OPENED, 2), start=1, end=26)
    score = quote_exactness.measure(make_case(make_answer([(COST, [good]), (OPENED, [moved])])))
    assert score is not None and (score.value, score.weight) == (0.5, 2) and "2" in score.why
    foreign = replace(good, article_id="f" * 16)
    assert value(quote_exactness.measure(make_case(make_answer([(COST, [foreign])])))) == 0
    empty = replace(good, quote="", end=good.start)
    assert value(quote_exactness.measure(make_case(make_answer([(COST, [empty])])))) == 0


def test_quotes_have_no_score_without_a_library() -> None:
    assert quote_exactness.measure(make_case(make_answer([(COST, [cite(MUSEUM, COST)])]), articles=None)) is None


def test_cited_articles_against_gold_ones() -> None:
    cited = {"/x/museum.md", "/x/bridge.md"}
    assert cited_articles.precision_and_recall(cited, ["museum.md", "road.md", "x/bridge.md"]) == (1.0, 2 / 3)
    assert cited_articles.precision_and_recall(cited, ["museum.md"]) == (0.5, 1.0)
    assert cited_articles.precision_and_recall(set(), ["museum.md"]) == (None, 0.0)


def test_cited_articles_apply_to_answered_questions_with_gold() -> None:
    answer = make_answer([(COST, [cite(MUSEUM, COST)])])
    with_gold = make_question(articles=("museum.md",))
    assert value(cited_articles.measure_precision(make_case(answer, with_gold))) == 1
    assert value(cited_articles.measure_recall(make_case(answer, with_gold))) == 1
    assert cited_articles.measure_recall(make_case(answer)) is None
    abstained = make_answer(text="Not stated.", verdict="abstained")
    assert cited_articles.measure_recall(make_case(abstained, with_gold)) is None


def test_details_are_numbers_and_names_inside_a_claim() -> None:
    assert claim_details("The museum in Ulan Bator cost 1,500 dollars in 2019.") == ["ulan", "bator", "1500", "2019"]
    assert claim_details("It opened.") == []


def test_details_must_stand_in_the_quotes() -> None:
    # Turkey and 2019 are quoted, Greece isn't: 2 of 3.
    claim = "People came from Turkey and Greece in 2019."
    score = details_in_quotes.measure(make_case(make_answer([(claim, [cite(MUSEUM, VISITORS)])])))
    assert score is not None and score.value == pytest.approx(2 / 3) and score.weight == 3
    assert "greece" in score.why


def _evidence(quote: str) -> Window:
    article = LIBRARY[MUSEUM.id]
    start = article.text.index(quote)
    return Window(article=article, start=start, end=start + len(quote))
