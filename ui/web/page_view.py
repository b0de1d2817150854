"""The fixed parts of the page as HTML: masthead, a notice, and the welcome with example questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from ui.limits import QUESTION_CHARS_MAX

EXAMPLES = (
    "When was the Shanghai Cooperation Organization founded?",
    "Which country is about to become a full member?",
    "How many dialogue partners does the SCO have?",
    "What was the weather in Astana during the summit?",
)
"""Questions about the sample articles. The last one isn't answered by them, which shows an abstention."""

EXTRACTS_ONLY = "No language model is set, so answers are extracts: the best sentences of your articles, word for word."


def render_masthead() -> str:
    """Return the name, the motto, a link past both, and the buttons that open the side pane in a narrow window."""
    return (
        '<a class="fn-skip" href="#fn-question" data-skip>Skip to your question</a>'
        '<header class="fn-masthead"><h1>Footnote</h1>'
        "<p>Answers from your articles, every sentence with its source.</p>"
        '<button type="button" class="fn-quiet" data-open-side="fn-conversations">Conversations</button>'
        '<button type="button" class="fn-quiet" data-open-side="fn-library">Library</button></header>'
    )


def render_side_tabs() -> str:
    """Return the tabs of the side pane, and the button back in a narrow window. The script finds the panes."""
    tabs = "".join(
        f'<button type="button" role="tab" aria-selected="{str(chosen).lower()}"{"" if chosen else " tabindex=-1"} '
        f'data-pane="{pane}">{name}</button>'
        for pane, name, chosen in (
            ("fn-conversations", "Conversations", False),
            ("fn-library", "Library", True),
            ("fn-article", "Article", False),
        )
    )
    return (
        '<button type="button" class="fn-quiet" data-close-side>Back to the answer</button>'
        f'<div role="tablist" aria-label="Beside the conversation">{tabs}</div>'
    )


def render_counter() -> str:
    """Return the line that says that a question is too long, which the script fills in."""
    return f'<p class="fn-counter" role="status" data-max="{QUESTION_CHARS_MAX}"></p>'


def render_upload(endings: Sequence[str]) -> str:
    """Return the button that adds files, and the list in which the script reports the outcome of each."""
    accepted = escape(",".join(endings))
    return (
        '<button type="button" id="fn-upload" data-upload>Add files</button>'
        f'<input type="file" multiple hidden accept="{accepted}" aria-label="Files to add">'
        '<div role="status"><ul class="fn-outcomes"></ul></div>'
    )


def render_notice(models: Mapping[str, str]) -> str:
    """Return the notice that there is no language model, or "" where there is one."""
    return f'<p class="fn-notice" role="note">{EXTRACTS_ONLY}</p>' if answers_by_extracts(models) else ""


def answers_by_extracts(models: Mapping[str, str]) -> bool:
    """Return whether answers are verbatim extracts, since there is no language model."""
    return models.get("llm", "none") == "none"


def render_welcome(examples: Sequence[str]) -> str:
    """Return the introduction that an empty conversation shows, with example questions to click."""
    buttons = "".join(
        f'<li><button type="button" data-example="{escape(example)}">{escape(example)}</button></li>'
        for example in examples
    )
    try_one = f'<h2>Try one</h2><ul class="fn-examples">{buttons}</ul>' if examples else ""
    return (
        '<section class="fn-welcome"><p class="fn-lead">Ask about the articles in your library. '
        "You see the evidence first, then an answer in which each sentence was checked against it. "
        "What the articles do not say, the answer does not say.</p>"
        f"{try_one}</section>"
    )
