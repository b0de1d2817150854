"""A turn of the conversation as HTML: its evidence, then the draft, then the checked answer with footnotes.

All texts of articles, models and users are escaped. Nothing is interpreted as Markdown.
"""

from __future__ import annotations

from html import escape

from rag.records import KINDS, Citation, Kind
from rag.rendering import render_filters
from ui.limits import QUESTION_CHARS_MAX
from ui.web.actions_view import render_actions
from ui.web.answer_view import render_answer_section
from ui.web.claims_view import render_unsettled_claims
from ui.web.conversation import Stage, Turns, TurnView
from ui.web.markup import article_name, opens_citation, render_origin

CARDS_MAX = 6
"""Windows of evidence shown while a draft is written, best first. More would push the draft out of view."""

KIND_NAMES: dict[Kind, str] = {
    "fact": "a fact",
    "yesno": "yes or no",
    "list": "a list",
    "explanation": "an explanation",
    "overview": "an overview",
    "comparison": "a comparison",
    "timeline": "a timeline",
    "summary": "a summary",
    "library": "a question about the library",
    "talk": "talk",
}

STATUS: dict[Stage, str] = {
    "waiting": "Waiting for its turn …",
    "understanding": "Understanding the question …",
    "searching": "Searching the articles …",
    "found": "Reading the articles …",
    "writing": "Writing a draft …",
    "checking": "Checking every sentence …",
    "done": "",
    "stopped": "Stopped. What had been found so far is shown; none of it was checked.",
    "failed": "",
}

SLOW: dict[Stage, str] = {
    "waiting": "Questions are answered one after the other.",
    "writing": "On an ordinary computer a language model writes a few words a second. You can stop it at any time.",
}
"""Why a stage may take long; shown when it does. Other stages have the reason below."""

SLOW_FOLLOW_UP = "A follow-up is first put into words that make sense alone, by the language model."
SLOW_IN_GENERAL = "The models run on this computer, which may be busy. You can stop at any time."

LONG_CHARS = 140
"""Length from which a question is set smaller than a headline."""

FOLDED_CHARS = 420
"""Length from which only the beginning of a question is shown, until a button unfolds it."""


def render_turns(turns: Turns) -> str:
    """Return several turns as HTML, oldest first; "" for none."""
    return "".join(render_turn(turn) for turn in turns)


def render_turn(turn: TurnView) -> str:
    """Return one turn as an `article` element, which is `aria-busy` until its answer is there."""
    busy = "false" if turn.finished else "true"
    return (
        f'<article class="fn-turn fn-{turn.stage}" data-turn="{turn.number}" aria-busy="{busy}">'
        f"{_render_question(turn)}{_render_chosen(turn)}"
        f"{_render_standalone(turn)}{_render_status(turn)}{_render_stage(turn)}{render_actions(turn)}</article>"
    )


def _render_question(turn: TurnView) -> str:
    """Return the question as a headline. A long one is set smaller, and a very long one is folded."""
    length = len(turn.question)
    size = " fn-long" if length > LONG_CHARS else ""
    if length <= FOLDED_CHARS:
        return f'<h2 class="fn-question{size}">{escape(turn.question)}</h2>'
    return (
        f'<h2 class="fn-question{size} fn-folded">{escape(turn.question)}</h2>'
        '<button type="button" class="fn-quiet" data-unfold aria-expanded="false">Show the whole question</button>'
    )


def _render_chosen(turn: TurnView) -> str:
    """Return which articles the user allowed, until the answer names them."""
    if turn.answer is not None or not turn.filters:
        return ""
    return f'<p class="fn-standalone">Using {escape(render_filters(turn.filters))}.</p>'


def _render_status(turn: TurnView) -> str:
    """Return what is being done. The script fills in the seconds, and shows the reason when a turn takes long."""
    hidden = " fn-sr" if turn.stage == "done" else ""
    status = f'<p class="fn-status{hidden}" role="status">{escape(_status(turn))}</p>'
    if turn.finished:
        return status
    is_follow_up = turn.stage == "understanding" and turn.n_earlier
    why = SLOW_FOLLOW_UP if is_follow_up else SLOW.get(turn.stage, SLOW_IN_GENERAL)
    return (
        f'<div class="fn-working">{status}<span class="fn-elapsed" aria-hidden="true"></span></div>'
        f'<p class="fn-slow" hidden>{escape(why)}</p>'
    )


def _status(turn: TurnView) -> str:
    if turn.stage == "waiting" and turn.n_ahead:
        return f"Waiting: {_count(turn.n_ahead, 'question')} before this one …"
    if turn.stage == "understanding" and turn.n_earlier:
        return "Understanding the follow-up …"
    if turn.stage == "found" and turn.passages:
        return f"Reading {_count(len({passage.article.id for passage in turn.passages}), 'article')} …"
    if turn.stage == "checking":
        return f"Checking: {_count(len(turn.checked), 'sentence')} so far …"
    if turn.stage == "done" and turn.answer:
        return {
            "answered": f"Answered, with {_count(len(turn.answer.citations), 'footnote')}.",
            "unsure": "Answered, but unsure.",
            "partial": "Answered in part.",
            "abstained": "Not answered: the articles do not say.",
        }[turn.answer.verdict]
    return STATUS[turn.stage]


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'s' * (n != 1)}"


def _render_stage(turn: TurnView) -> str:
    if turn.stage == "failed":
        return f'<p class="fn-error" role="alert">{escape(turn.error)}</p>'
    if turn.answer is not None:
        return render_answer_section(turn.answer, turn.checked)
    return _render_evidence(turn) + _render_draft(turn)


def _render_standalone(turn: TurnView) -> str:
    """Return how the question was understood, and once it is answered a form to ask it again in another way."""
    standalone = turn.standalone_question or turn.question
    reworded = standalone.strip() != turn.question.strip()
    how = "Asked as" if turn.asked_as else "Understood as"
    understood = f"{how} <q>{escape(standalone)}</q>" if reworded else ""
    if turn.answer is None:
        return f'<p class="fn-standalone">{understood}</p>' if understood else ""
    kind = turn.answer.kind
    answered = f"{understood}, answered" if understood else "Answered"
    field = f"standalone-{turn.number}"
    options = "".join(
        f'<option value="{each}"{" selected" if each == kind else ""}>{KIND_NAMES[each]}</option>' for each in KINDS
    )
    return (
        f'<details class="fn-reword"><summary>{answered} as {KIND_NAMES[kind]} <span>Change</span></summary>'
        f'<div><label for="{field}">Ask again as</label>'
        f'<textarea id="{field}" rows="2" maxlength="{QUESTION_CHARS_MAX}">{escape(standalone)}</textarea>'
        f'<label for="kind-{turn.number}">Answer as</label>'
        f'<select id="kind-{turn.number}">{options}</select>'
        f'<button type="button" data-again="{turn.number}">Ask again</button></div></details>'
    )


def _render_evidence(turn: TurnView) -> str:
    if not turn.evidence:
        return ""
    cards = "".join(_render_card(citation) for citation in turn.evidence[:CARDS_MAX])
    n_more = len(turn.evidence) - CARDS_MAX
    more = f'<p class="fn-origin">and {n_more} more</p>' if n_more > 0 else ""
    return f'<section class="fn-evidence"><h3>Evidence found</h3><ul class="fn-cards">{cards}</ul>{more}</section>'


def _render_card(citation: Citation) -> str:
    return (
        f'<li><button type="button" class="fn-card" {opens_citation(citation)}>'
        f"<q>{escape(citation.quote)}</q>"
        f"<strong>{escape(article_name(citation.title, citation.source))}</strong>"
        f'<span class="fn-origin">{render_origin(citation.publisher, citation.published)}</span>'
        "</button></li>"
    )


def _render_draft(turn: TurnView) -> str:
    if not turn.draft:
        return ""
    caret = '<span class="fn-caret" aria-hidden="true"></span>' if turn.stage == "writing" else ""
    checked = render_unsettled_claims(turn.checked) if turn.checked else ""
    return (
        '<section class="fn-draft"><h3>Draft <span>not checked yet</span></h3>'
        f"<p>{escape(turn.draft)}{caret}</p>{checked}</section>"
    )
