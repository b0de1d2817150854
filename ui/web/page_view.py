"""The fixed parts of the page as HTML: masthead, models in use, and the welcome with example questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

EXAMPLES = (
    "When was the Shanghai Cooperation Organization founded?",
    "Which country is about to become a full member?",
    "How many dialogue partners does the SCO have?",
    "What was the weather in Astana during the summit?",
)
"""Questions about the sample articles; the last is one that they don't answer, to show how that looks."""

EXTRACTS_ONLY = "No language model is set, so answers are extracts: the best sentences of your articles, word for word."


def render_masthead() -> str:
    """Name, motto, and the button that opens the side on a narrow window."""
    return (
        '<header class="fn-masthead"><h1>Footnote</h1>'
        "<p>Answers from your articles, every sentence with its source.</p>"
        '<button type="button" class="fn-quiet" data-open-side>Library</button></header>'
    )


def render_side_tabs() -> str:
    """The tabs of the side, and the way back on a narrow window. The script ties them to their panes."""
    return (
        '<button type="button" class="fn-quiet" data-close-side>Back to the answer</button>'
        '<div role="tablist" aria-label="Beside the conversation">'
        '<button type="button" role="tab" aria-selected="true" data-pane="fn-library">Library</button>'
        '<button type="button" role="tab" aria-selected="false" tabindex="-1" data-pane="fn-article">'
        "Article</button>"
        "</div>"
    )


def render_upload(endings: Sequence[str]) -> str:
    """The button that adds files, and where the script lists what became of each."""
    accepted = escape(",".join(endings))
    return (
        '<button type="button" id="fn-upload" data-upload>Add files</button>'
        f'<input type="file" multiple hidden accept="{accepted}" aria-label="Files to add">'
        '<ul class="fn-outcomes" role="status"></ul>'
    )


def render_models(models: Mapping[str, str]) -> str:
    """The models in use, in one line; and a notice where no language model is among them."""
    extracts = f'<p class="fn-notice" role="note">{EXTRACTS_ONLY}</p>' if answers_by_extracts(models) else ""
    named = [("Language model", "llm"), ("Embeddings", "embeddings"), ("Checker", "checker")]
    items = "".join(
        f"<div><dt>{label}</dt><dd>{escape(_short(models[role]))}</dd></div>"
        for label, role in named
        if models.get(role)
    )
    return f'{extracts}<dl class="fn-models">{items}</dl>'


def answers_by_extracts(models: Mapping[str, str]) -> bool:
    """Whether answers are verbatim extracts, for want of a language model."""
    return models.get("llm", "none") == "none"


def render_welcome(examples: Sequence[str]) -> str:
    """What stands where the conversation will be: how it works, and example questions to click."""
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


def _short(name: str) -> str:
    """A model's name without provider and folders: `builtin:all-MiniLM-L6-v2` is `all-MiniLM-L6-v2`."""
    return name.split("@", 1)[0].rsplit("/", 1)[-1].split(":", 1)[-1]
