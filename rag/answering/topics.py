"""Topics: the words of a question that are on a topic, without those that go with any topic.

"Summarise the articles about the tunnel in two sentences" is on the topic "tunnel".
"""

from __future__ import annotations

import re
from datetime import date

from rag.text.names import is_date_word
from rag.text.times import TimeSpan, find_times
from rag.text.words import FUNCTION_WORDS, WORD

_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)
_POSSESSIVE_NEXT = re.compile(r"['’]s?\b", re.IGNORECASE)
_GENERIC = frozenset(
    """abstract according account add added afternoon ago agree agrees ai anybody anyone anything anywhere appear
    appeared arrange article articles ask asked author authored authors available aware background between bit
    bot both brief briefly bring bullet bullets bylines called came chatbot cheers chronicle chronological
    chronologically chronology cite cited collection come comes coming common compare compared compares
    comparison concern concerning concerns concise condense condensed contain contained contains content
    contents contradict contradictions contrast corpus count cover coverage covered covering covers current
    currently database date dated dates day days deal dealing deals describe described detail detailed details
    develop developed differ difference differences different differently differs digest disagree disagreement
    distinguish document documents dr earliest elaborate elsewhere enumerate essence essential essentials
    event events everybody everyone everything evidence exact exactly example examples explain explained
    explanation file files find first five footnote found four freshest from full gist give given gives glad
    go good got happen happened happening happens headline headlined headlines hello help hey hi highlights
    history hold holds how idea ii important info inform information ingest ingested introduce issue issues
    item items itself journalist journalists keep key kind kinds know knowledge known large last lately latest
    learn least let library like line lines link list listed lists little long longer longest look main make
    many material me mean meaning meant media mention mentioned mentioning mentions milestones minute moment
    month months more most much name named names need needs new newer newest news newspaper newspapers next
    not number numbers nutshell oh ok okay old older oldest one ones open opened order outlet outlets outline
    overall overview page pages paper papers paragraph paragraphs part parts passage passages past people
    period person piece pieces please point points possible posted precis present previous print profile
    provide publication publications publish published publisher publishers publishing put question questions
    quick quote quoted quotes range reach reaches read reading reads recap recent recently regard regarding
    regards relate related relates remaining report reported reporter reporters reporting reports represented
    result results review rough roughly roundup said say saying says second see seen sentence sentences
    sequence several short shorten shorter shortest show shown shows side since size someone something sort
    source sources span speak speaks state stated states step steps still stories story stretch subject
    subjects sum summaries summarise summarised summarising summarize summarized summarizing summary sums
    table take takeaway takeaways talk talked talking talks tell telling tells ten term terms text texts thank
    thanks theme themes thing things think third three time timeline title titled titles tl tldr today
    together tonight topic topics total two type types understand upload uploaded use used using version
    versions versus view views vs want wants way week weeks well whole word words work works write writer
    writers writes writing written wrote year years yesterday yet""".split()
)
"""Words of questions about articles of any topic, read out of the questions that `eval.training.kinds` learns from.

Of the set `kinds`, whose author is another, 11 of 11 questions about the library and 9 of 15 for a summary are served
with them, 1 and 4 without (`footnote eval ablate kinds --only topics`)."""


def topic_words(question: str) -> list[str]:
    """Return the words of a question that are on a topic, in order, as they are written.

    Words for documents and for kinds of answers ("articles", "summary", "compare"), function words, and times that the
    question names are left out, and so are possessive endings.
    """
    found = [_POSSESSIVE.sub("", match.group()) for match in WORD.finditer(blank_times(question))]
    return [word for word in found if word.lower() not in FUNCTION_WORDS | _GENERIC and not is_date_word(word)]


def blank_times(question: str) -> str:
    """Return the question with spaces in place of the times that it names, and of the endings of these."""
    today = date.today()  # any day will do, so that "in May", without a year, is a time too
    for time in find_times(question, TimeSpan(first=today, last=today)):
        ending = _POSSESSIVE_NEXT.match(question, time.end)
        end = ending.end() if ending else time.end
        question = f"{question[: time.start]}{' ' * (end - time.start)}{question[end:]}"
    return question
