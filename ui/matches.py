"""Why a passage was found, in plain English, for the page and the command line."""

from __future__ import annotations

from rag.records import Passage


def render_match(passage: Passage) -> str:
    """Return the ranks of a passage by meaning and by words, and the words that it shares with the question.

    Not escaped. Example: "place 1 by meaning; place 3 by words; shares summit, Astana".
    """
    places = [
        f"place {place} by {kind}"
        for place, kind in ((passage.dense_rank, "meaning"), (passage.lexical_rank, "words"))
        if place
    ]
    shared = [f"shares {', '.join(passage.matched_words)}"] if passage.matched_words else []
    return "; ".join([*places, *shared])
