"""Shows disagreement: an answer gets the other side of each conflict, with its citation, and a summary of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from rag.answering import Composition, claim_segment, render_citation
from rag.conflict_finder import ConflictFinder
from rag.conflicts import Disagreement
from rag.grounding import quote_claim
from rag.records import Claim, Conflict, ConflictSide, Evidence, Segment
from rag.rendering import source_name

SIDES_MAX = 3
"""So many sides are shown of one conflict."""


def show_sides(
    question: str,
    composition: Composition,
    sentences: Sequence[Evidence],
    finder: ConflictFinder,
    stories: Mapping[str, str],
) -> Composition:
    """The answer with the other sides of what it says, where other articles among the passages contradict it.

    No side is chosen, except that a later correction by the same publisher comes first, and the sentence that it
    corrects behind it.

    Args:
        question: what was asked.
        composition: the answer.
        sentences: all sentences of the passages.
        finder: finds what disagrees with the cited ones.
        stories: the story by article id; copies are of one story.
    """
    if composition.verdict == "abstained":
        return composition
    places = {(citation.article_id, citation.start) for citation in composition.citations}
    cited = [sentence for sentence in sentences if _place(sentence) in places]
    found = _standing(question, finder.find(question, cited, sentences, stories), finder)
    if not found:
        return composition
    sides = _Sides(composition)
    for disagreement in found:
        sides.add(disagreement)
    sides.renumber()
    conflicts = tuple(_conflict(group, sides) for group in _by_side(found))
    return replace(
        composition,
        claims=tuple(sides.claims),
        citations=tuple(sides.citations),
        conflicts=conflicts,
        segments=sides.segments(),
    )


class _Sides:
    """The claims and citations of an answer while sides are added to it."""

    def __init__(self, composition: Composition) -> None:
        self.claims = list(composition.claims)
        self.citations = list(composition.citations)
        self._leads = {
            composition.claims[after.claim].text: lead.text
            for lead, after in pairwise(composition.segments)
            if lead.claim is None and after.claim is not None
        }

    def add(self, disagreement: Disagreement) -> None:
        """Adds the side that the answer doesn't give yet; a correction goes before what it corrects."""
        second = disagreement.second
        first_number, number = self.number(disagreement.first), self.number(second)
        side = next((claim for claim in self.claims if claim.citations[:1] == (number,)), None)
        if side is None:
            judgement = quote_claim(second).judgement
            side = Claim(
                text=second.quote,
                verdict=judgement.verdict,
                score=judgement.score,
                citations=(number,),
                reason=judgement.reason,
            )
            self.claims.append(side)
        if disagreement.corrects is None:
            self._leads[side.text] = f"But {publication(second)} says:"
        elif disagreement.corrects is disagreement.first:
            self._leads[side.text] = f"This corrects {publication(second)}:"
        else:
            self.claims.remove(side)
            self.claims.insert(0, side)
            for claim in self.claims[1:]:
                if first_number in claim.citations:
                    self._leads[claim.text] = f"This corrects {publication(disagreement.first)}:"

    def number(self, evidence: Evidence) -> int:
        """The number of the evidence's citation, which is added where there is none."""
        for citation in self.citations:
            if (citation.article_id, citation.start) == _place(evidence):
                return citation.number
        citation = render_citation(len(self.citations) + 1, evidence)
        self.citations.append(citation)
        return citation.number

    def renumber(self) -> None:
        """Numbers the citations in the order in which the claims name them."""
        order = list(dict.fromkeys(number for claim in self.claims for number in claim.citations))
        new = {number: place for place, number in enumerate(order, start=1)}
        self.claims = [
            replace(claim, citations=tuple(new[number] for number in claim.citations)) for claim in self.claims
        ]
        by_number = {citation.number: citation for citation in self.citations}
        self.citations = [replace(by_number[number], number=new[number]) for number in order]

    def segments(self) -> tuple[Segment, ...]:
        """The claims in order, each with its citations, the sides behind a word about who says it."""
        found: list[Segment] = []
        for place, claim in enumerate(self.claims):
            if lead := self._leads.get(claim.text):
                found.append(Segment(text=lead))
            found.append(claim_segment(self.claims, place))
        return tuple(found)


def publication(evidence: Evidence) -> str:
    """Who published a sentence, and when: "Trade Wire (2021-09-14)"; the title stands in for a missing publisher."""
    article = evidence.article
    who = article.publisher or (f"“{article.title}”" if article.title else source_name(article.source))
    return f"{who} ({article.published[:10]})" if article.published else who


def _conflict(group: Sequence[Disagreement], sides: _Sides) -> Conflict:
    """One conflict of all that contradict the same sentence."""
    one = group[0]
    if one.corrects is not None:
        right, wrong = (0, 1) if one.corrects is one.first else (1, 0)
        pair = (one.first, one.second)
        summary = (
            f"{publication(pair[right])} says {one.said[right]}, and corrects {publication(pair[wrong])}, "
            f"which said {one.said[wrong]}."
        )
        members = [pair[right], pair[wrong]]
    else:
        said = [(one.first, one.said[0]), *((item.second, item.said[1]) for item in group)]
        summary = "; ".join(f"{publication(evidence)} says {words}" for evidence, words in said) + "."
        members = [evidence for evidence, _ in said]
    return Conflict(
        summary=summary,
        sides=tuple(ConflictSide(quote=item.quote, citation=sides.number(item)) for item in members),
    )


def _standing(question: str, found: Sequence[Disagreement], finder: ConflictFinder) -> list[Disagreement]:
    """The disagreements without those that a correction settles, or that repeat a side."""
    corrected = [item for item in found if item.corrects is item.second]
    kept: list[Disagreement] = []
    for item in found:
        settled = any(
            item is not other and item.first is other.first and not finder.disagree(question, other.second, item.second)
            for other in corrected
        )
        same_side = [other for other in kept if other.first is item.first]
        repeats = any(not finder.disagree(question, other.second, item.second) for other in same_side)
        given_reversed = any(other.first is item.second and other.second is item.first for other in kept)
        if not (settled or given_reversed) and (item.corrects or not repeats) and len(same_side) < SIDES_MAX - 1:
            kept.append(item)
    return kept


def _by_side(found: Sequence[Disagreement]) -> list[list[Disagreement]]:
    """The disagreements of one sentence together; corrections by themselves."""
    groups: dict[tuple[str, int, bool], list[Disagreement]] = {}
    for item in found:
        groups.setdefault((*_place(item.first), item.corrects is not None), []).append(item)
    return list(groups.values())


def _place(evidence: Evidence) -> tuple[str, int]:
    return evidence.article.id, evidence.start
