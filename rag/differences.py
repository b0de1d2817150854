"""Differences: what a text says of one thing, and its evidence in the same place of another.

Another name, another rank ("largest", "second-largest"), a role that is qualified ("vice president"), or the opposite
of a word. A small network reads over them, since all the other words are the same.
"""

from __future__ import annotations

import re
from collections import defaultdict

from rag.points import base
from rag.signals import has_negation
from rag.swaps import find_swap
from rag.words import words

_PAIRS = """rise/fall rise/drop rise/decline increase/decrease increase/fall increase/decline grow/shrink gain/loss
raise/lower raise/cut expand/reduce strengthen/weaken improve/worsen profit/loss surplus/deficit import/export
start/end start/stop begin/end begin/stop open/close enter/leave join/leave hire/fire appoint/dismiss
succeed/fail success/failure pass/fail accept/reject accept/refuse approve/reject agree/refuse adopt/abandon
support/oppose supporter/opponent ally/enemy friend/enemy praise/criticise praise/criticize praise/condemn
praise/blame welcome/condemn allow/ban allow/forbid legal/illegal guilty/innocent acquit/convict free/jail
release/arrest release/detain lift/impose confirm/deny build/demolish create/destroy include/exclude
encourage/discourage defend/attack advance/retreat remember/forget man/woman men/women boy/girl father/mother
son/daughter male/female child/adult children/adults young/old youngest/oldest younger/older rich/poor
wealthy/poor strong/weak high/low higher/lower highest/lowest large/small larger/smaller largest/smallest
big/small biggest/smallest long/short longer/shorter longest/shortest tall/short fast/slow heavy/light
deep/shallow wide/narrow cheap/expensive hot/cold warm/cold wet/dry full/empty light/dark ancient/modern
urban/rural public/private domestic/foreign permanent/temporary official/unofficial known/unknown
positive/negative major/minor maximum/minimum majority/minority more/less more/fewer best/worst better/worse
north/south northern/southern east/west eastern/western northeast/southwest northwest/southeast upper/lower
above/below outside/inside top/bottom front/back summer/winter spring/autumn morning/evening morning/night
day/night peace/war peaceful/violent voluntary/forced friendly/hostile safe/dangerous likely/unlikely
able/unable possible/impossible liberal/conservative same/different alive/dead true/false always/never"""
"""Without what one and the same event is from two sides (one wins and the other loses), and words of other uses ("few"
days)."""

_AMBIGUOUS = frozenset({"back", "close", "light"})
"""Forms that are as often no opposite: "close to the station"."""

_HOW = re.compile(r"\bhow \w+", re.IGNORECASE)
"""Asks for a measure: "how long" isn't the opposite of a short journey."""

_OPPOSITES: dict[str, set[str]] = defaultdict(set)
for _pair in _PAIRS.split():
    _left, _right = map(base, _pair.split("/"))
    _OPPOSITES[_left].add(_right)
    _OPPOSITES[_right].add(_left)

_ROLE = (
    r"(?:president|minister|premier|chancellor|chair(?:man|woman)?|chief|director|head|mayor|governor"
    r"|secretary(?:-general)?|spokes(?:man|woman|person)|ambassador|coach|captain|manager|commander|editor|principal"
    r"|king|queen|champion|leader|member|judge|professor|officer|senator|colony|capital|husband|wife|player|owner"
    r"|executive|adviser|partner|ally|prosecutor)"
)
_EVENT = (
    r"(?:coup|attack|murder|escape|sale|merger|strike|takeover|invasion|assassination|robbery|bombing|kidnapping|deal)"
)
_QUALIFIERS = (
    (_ROLE, r"(?:deputy|vice|acting|assistant|interim|honorary|aspiring|would-be)"),
    (_EVENT, r"(?:attempted|failed|foiled|planned|proposed|threatened|alleged)"),
    (r"(?:doubled|tripled|halved)", r"(?:nearly|almost)"),
)
"""Words, and what before them makes something else of them."""

_PAST = r"(?:former|ex|onetime)"
_IS = re.compile(r"\b(?:is|are)\b")

_RANKS = {
    word: str(rank)
    for rank, word in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), start=1)
}
_RANKED = re.compile(
    r"(?P<several>\b(?:[Oo]ne of|[Aa]mong|[Ss]ome of|[Bb]ehind|[Aa]head of|[Tt]op)\b[^,;.]{0,60}?)?"
    rf"(?:\b(?P<rank>(?i:{'|'.join(_RANKS)}|\d+(?:st|nd|rd|th)))[ -])?"
    r"\b(?P<superlative>[a-z]{3,}est|(?:most|least) [a-z]+)\b(?: (?P<thing>[a-z]+))?"
)
_NO_SUPERLATIVES = frozenset(
    """arrest attest behest bequest conquest contest detest digest divest earnest forest harvest honest infest ingest
    inquest interest invest manifest midwest modest molest northeast northwest priest protest request southwest suggest
    unrest""".split()
)


def find_difference(text: str, quote: str) -> str:
    """What the quote has instead of what the text says, in words that follow "the evidence, which"; "" for none found.

    The text is a claim, or the question that it answers. Of 46,880 labelled sentences (FEVER, SNLI, FM2, BEGIN) 1,090
    have one, 1,022 of them not supported; network and other signals would find 123 of them supported, 93 wrongly. Of
    38,708 questions with their answers (QAMR, QED) 43 have one.
    """
    if swap := find_swap(text, quote):
        return f"has {swap.other} in the place of {swap.name}"
    if ranked := find_rank(text, quote):
        return f"ranks otherwise what is {ranked}"
    if qualifier := find_qualifier(text, quote):
        return f"qualifies it: {qualifier}"
    if opposite := find_opposite(text, quote):
        return f"has the opposite, {opposite}"
    return ""


def find_rank(text: str, quote: str) -> str:
    """What text and quote rank differently, as the text says it: "largest" for "the fourth-largest"; "" for nothing.

    "" where the quote has the text's rank, too, lacks the superlative, or the text speaks of one of several. Of
    46,880 labelled sentences (FEVER, SNLI, FM2, BEGIN) 55 rank something differently, two of them supported.
    """
    told: dict[tuple[str, str], set[str]] = {}
    for match in _RANKED.finditer(quote):
        for thing in ("", match["thing"] or ""):
            told.setdefault((match["superlative"], thing), set()).add(_rank(match))
    for match in _RANKED.finditer(text):
        word, rank = match["superlative"], _rank(match)
        ranks = told.get((word, match["thing"] or "")) or told.get((word, ""), {rank})
        if word not in _NO_SUPERLATIVES and not match["several"] and rank not in ranks:
            return word
    return ""


def _rank(match: re.Match[str]) -> str:
    rank = (match["rank"] or "first").lower()
    return _RANKS.get(rank, rank.rstrip("stndrh"))


def find_qualifier(text: str, quote: str) -> str:
    """What makes something else of a role or an event in the quote: "vice" of "the vice president"; "" for nothing.

    Who is called a former one was one, but isn't. Reasoned, not measured: of the 46,880 sentences only 7 have one, 6 of
    them not supported; of the 38,708 questions 14.
    """
    for qualified, qualifiers in _QUALIFIERS:
        qualifier = rf"(?:{qualifiers}|{_PAST})" if qualified == _ROLE and _IS.search(text) else qualifiers
        if re.search(rf"\b(?:{qualifiers}|{_PAST})\b", text, re.IGNORECASE):
            continue
        for word in re.findall(rf"\b{qualified}\b", text, re.IGNORECASE):
            form = rf"(?:\b(?P<qualifier>{qualifier})[- ](?:[\w'’-]+ ){{0,2}})?\b{word}\b"
            told = list(re.finditer(form, quote, re.IGNORECASE))
            if told and all(match["qualifier"] for match in told):
                return told[0]["qualifier"]
    return ""


def find_opposite(text: str, quote: str) -> str:
    """The opposite of a word of the text, as the quote has it, where neither of them has both; "" for none.

    None, too, where only one of them negates: "unknown" is "not known". Of 46,880 labelled sentences (FEVER, SNLI, FM2,
    BEGIN) 538 have one, 507 of them not supported; of 38,708 questions with their answers (QAMR, QED) 22.
    """
    if has_negation(text) != has_negation(quote):
        return ""
    claimed = {base(word) for word in words(_HOW.sub("", text)) if word not in _AMBIGUOUS}
    told = {base(word): word for word in words(quote) if word not in _AMBIGUOUS}
    found = (other for word in sorted(claimed - set(told)) for other in sorted(_OPPOSITES.get(word, set()) - claimed))
    return next((told[other] for other in found if other in told), "")
