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
"""Questions about the sample articles. The last one isn't answered by them, which shows an abstention."""

EXTRACTS_ONLY = "No language model is set, so answers are extracts: the best sentences of your articles, word for word."


def render_masthead() -> str:
    """Return the name, the motto, and the button that opens the side pane in a narrow window."""
    return (
        '<header class="fn-masthead"><h1>Footnote</h1>'
        "<p>Answers from your articles, every sentence with its source.</p>"
        '<button type="button" class="fn-quiet" data-open-side>Library</button></header>'
    )


def render_side_tabs() -> str:
    """Return the tabs of the side pane, and the button back in a narrow window. The script finds the panes."""
    return (
        '<button type="button" class="fn-quiet" data-close-side>Back to the answer</button>'
        '<div role="tablist" aria-label="Beside the conversation">'
        '<button type="button" role="tab" aria-selected="true" data-pane="fn-library">Library</button>'
        '<button type="button" role="tab" aria-selected="false" tabindex="-1" data-pane="fn-article">'
        "Article</button>"
        "</div>"
    )


def render_upload(endings: Sequence[str]) -> str:
    """Return the button that adds files, and the list in which the script reports the outcome of each."""
    accepted = escape(",".join(endings))
    return (
        '<button type="button" id="fn-upload" data-upload>Add files</button>'
        f'<input type="file" multiple hidden accept="{accepted}" aria-label="Files to add">'
        '<ul class="fn-outcomes" role="status"></ul>'
    )


def render_models(models: Mapping[str, str]) -> str:
    """Return the models in use as one line, with a notice if there is no language model among them."""
    extracts = f'<p class="fn-notice" role="note">{EXTRACTS_ONLY}</p>' if answers_by_extracts(models) else ""
    named = [("Language model", "llm"), ("Embeddings", "embeddings"), ("Checker", "checker")]
    items = "".join(
        f"<div><dt>{label}</dt><dd>{escape(_short(models[role]))}</dd></div>"
        for label, role in named
        if models.get(role)
    )
    return f'{extracts}<dl class="fn-models">{items}</dl>'


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


def _short(name: str) -> str:
    """Return a model's name without provider and folders: `builtin:all-MiniLM-L6-v2` becomes `all-MiniLM-L6-v2`."""
    return name.split("@", 1)[0].rsplit("/", 1)[-1].split(":", 1)[-1]
