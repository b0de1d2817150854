"""How long an answer takes, beside the plain chain with the same articles and models in the same process."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from eval.bench.figures import Figure, peak_memory_mb
from eval.records import Question
from eval.running.baseline import build_baseline
from ingest import ingest
from rag.records import Answer
from rag.settings import load_settings
from rag.wiring import build_chatbot, build_library

WARM_UP = "Which city hosted the meeting?"
QUESTIONS = (
    "How many dialogue partners does the SCO have?",
    "Where was the 2024 summit of the Shanghai Cooperation Organization held?",
    "Which country became a full member of the SCO in 2024?",
    "What did the leaders say about trade?",
    "What was the weather in Astana during the summit?",
)
"""Asked once each: a question asked twice would find its prompt in llama.cpp's cache."""

STAGES = {
    "retrieve": ("retrieval", ""),
    "first_citation": ("first citation", "under 500"),
    "first_token": ("first token", ""),
    "write": ("writing", ""),
    "check": ("checking", ""),
    "suggest": ("suggesting a question", ""),
    "total": ("total", "under 8,000"),
}
"""The stages that an answer's `timings_ms` may hold, with their names and what Footnote aims at."""


def measure_asking(sources: Sequence[str]) -> list[Figure]:
    """Return times, prompt tokens and peak memory of answers from the articles in `sources`, then the chain's."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(home=Path(folder))
        started = time.perf_counter()
        library = build_library(settings)
        ingest(sources, library=library)
        with build_chatbot(settings, library=library) as bot:
            bot.ask(WARM_UP)
            ready_s = time.perf_counter() - started
            answers = [bot.ask(question) for question in QUESTIONS]
            figures = [
                Figure(name="from start to the first answer", unit="s", values=(ready_s,)),
                *_times("ask", answers),
                Figure(name="ask, peak memory", unit="MB", values=(peak_memory_mb(),)),
            ]
            if bot.models["llm"] == "none":
                return figures
            chain = build_baseline(settings, library)
            chain.ask(_question(WARM_UP))
            return figures + _times("plain chain", [chain.ask(_question(text)).answer for text in QUESTIONS])


def _question(text: str) -> Question:
    return Question(id=text, question=text, kind="answerable")


def _times(name: str, answers: Sequence[Answer]) -> list[Figure]:
    figures = []
    for stage, (title, aim) in STAGES.items():
        values = tuple(answer.timings_ms[stage] for answer in answers if stage in answer.timings_ms)
        if values:
            figures.append(Figure(name=f"{name}, {title}", unit="ms", values=values, aim=aim if name == "ask" else ""))
    tokens = tuple(float(answer.usage["prompt_tokens"]) for answer in answers if "prompt_tokens" in answer.usage)
    return [*figures, Figure(name=f"{name}, prompt", unit="tokens", values=tokens)] if tokens else figures
