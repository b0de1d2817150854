"""The answerers: which module answers which kind of question."""

from __future__ import annotations

from collections.abc import Mapping

from rag.answering.collaborators import Collaborators
from rag.answering.comparison import ComparisonAnswerer
from rag.answering.fact import ONE_SENTENCE, SEVERAL_SENTENCES, FactAnswerer
from rag.answering.lists import ListAnswerer
from rag.answering.overview import OverviewAnswerer
from rag.answering.quoting import REASONS, SETTLING, QuotingAnswerer
from rag.answering.requests import Answerer
from rag.answering.summary import SummaryAnswerer
from rag.answering.timeline import TimelineAnswerer
from rag.answering.unsearched import LibraryAnswerer, TalkAnswerer
from rag.records import Kind


def make_answerers(collaborators: Collaborators) -> Mapping[Kind, Answerer]:
    """Return what answers each kind of question."""
    fact = FactAnswerer(collaborators)
    return {
        "fact": fact,
        "yesno": QuotingAnswerer(collaborators, ONE_SENTENCE, SETTLING, is_topic=True),
        "explanation": QuotingAnswerer(collaborators, SEVERAL_SENTENCES, REASONS),
        "list": ListAnswerer(collaborators),
        "overview": OverviewAnswerer(collaborators),
        "comparison": ComparisonAnswerer(collaborators),
        "timeline": TimelineAnswerer(collaborators),
        "summary": SummaryAnswerer(collaborators),
        "library": LibraryAnswerer(collaborators),
        "talk": TalkAnswerer(collaborators),
    }
