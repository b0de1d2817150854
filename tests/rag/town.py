"""Invented articles about a town, and what every answer from them must satisfy."""

from __future__ import annotations

from rag.chatbot import Chatbot
from rag.records import Answer

COURIER, NEWS, HERALD, TIME = "Tolme Courier", "Lund Valley News", "The Harbour Herald", "Time"
TOWN = [
    (
        "plan",
        "Council votes for digging",
        COURIER,
        "2021-03-10",
        "The council of Velden voted for the tunnel on Monday. The tunnel will cost 40 million crowns, said councillor "
        "Ana Rao. Farmers near Velden fear that the tunnel dries up their wells.",
    ),
    (
        "works",
        "Water slows the workers",
        NEWS,
        "2022-06",
        "Digging for the tunnel of Velden began on 2 May 2022. The engineer Ole Brandt leads 120 workers in the "
        "tunnel. Water leaked into the tunnel and stopped the machines.",
    ),
    (
        "opening",
        "Velden drives through",
        COURIER,
        "2024-07-03",
        "The tunnel of Velden opened on Wednesday. Mayor Rao cut a ribbon at the mouth of the tunnel. The tunnel cost "
        "62 million crowns, which is 22 million more than planned.",
    ),
    (
        "bridge",
        "Old bridge closes",
        HERALD,
        "2024",
        "The old bridge of Velden closes for good. Nine thousand cars a day crossed the bridge until 2023. Boats may "
        "pass where the bridge stood.",
    ),
    (
        "chess",
        "Girl wins the open",
        NEWS,
        "2023-11-02",
        "A girl from Tarn won the chess open on Sunday. Mila Holt beat the champion Jon Dahl in 31 moves.",
    ),
    (
        "soup",
        "Leek soup",
        TIME,
        "",
        "The soup of Tarn needs leeks and cream. Cooks stir the soup with a wooden spoon.",
    ),
]
"""Name, title, publisher, date and text of each article."""


def cited(answer: Answer) -> list[str]:
    """The names of the articles that an answer cites, in the order of its claims."""
    names = {
        citation.number: citation.source.removeprefix("news/").removesuffix(".txt") for citation in answer.citations
    }
    return [names[claim.citations[0]] for claim in answer.claims]


def assert_exact(answer: Answer, bot: Chatbot) -> None:
    """That the quotes of an answer are the articles' own words, and each claim has its own citations in the text."""
    for citation in (*answer.citations, *answer.nearest):
        text = bot.article(citation.article_id, citation.version).text
        assert text[citation.start : citation.end] == citation.quote != ""
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    shown = [segment for segment in answer.segments if segment.claim is not None]
    assert [segment.claim for segment in shown] == list(range(len(answer.claims)))
    for segment, claim in zip(shown, answer.claims, strict=True):
        assert claim.verdict == "supported" and claim.citations
        assert (segment.text, segment.citations) == (claim.text, claim.citations)
