"""Examples that show a language model when sentences state what is asked, and when they only come near it.

The names and events are invented. Half of the questions ask of another person, another year or another deed than the
sentences tell of.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question over sentences of evidence, and whether they state its answer."""

    sentences: tuple[str, ...]
    question: str
    is_stated: bool


EXAMPLES = (
    Example(
        sentences=(
            "(2019-05-02) The ferry line Norvik will cut 140 jobs at its yard in Halden, where it employs 900 people.",
            "(2019-05-03) The yard's union called the plan a betrayal.",
        ),
        question="How many people will lose their jobs at Norvik?",
        is_stated=True,
    ),
    Example(
        sentences=(
            "(2021-11-09) Marta Lindqvist resigned as head of the Baltic Grain Board on Tuesday after a quarrel over "
            "tariffs.",
            "(2021-11-09) Jonas Ruud, who chairs the rival Nordic Seed Council, welcomed the news.",
        ),
        question="When did Jonas Ruud resign?",
        is_stated=False,
    ),
    Example(
        sentences=(
            "(2016-02-18) Heavy rain washed away the only bridge to Sarn, so the school there stays shut until March.",
            "(2016-02-18) The bridge was built in 1931 by the engineer Otto Brandl.",
        ),
        question="Why is the school in Sarn closed?",
        is_stated=True,
    ),
    Example(
        sentences=(
            "(2022-08-01) Kemal Aydin bought the newspaper Sabit from its founders in 2014 and sold it last week to "
            "the Orbis group.",
            "(2022-08-02) Orbis also owns two radio stations.",
        ),
        question="Who founded the newspaper Sabit?",
        is_stated=False,
    ),
    Example(
        sentences=(
            "(2020-01-15) Peru's goalkeeper Luis Ortega, 34, joins Porto on loan from Cruzeiro.",
            "(2020-01-15) Porto's coach said that Ortega would be the second choice.",
        ),
        question="Which club does Luis Ortega come from, and how old is he?",
        is_stated=True,
    ),
    Example(
        sentences=(
            "(2018-10-04) The court in Graz did not find the banker Felix Auer guilty of fraud, but fined him for late "
            "filings.",
            "(2018-10-05) Auer's lawyer said that he would appeal against the fine.",
        ),
        question="How long must Felix Auer go to prison?",
        is_stated=False,
    ),
    Example(
        sentences=("(2023-06-20) The council of Tarn voted against the tram line on Monday, by 21 to 18.",),
        question="Did the council of Tarn approve the tram line?",
        is_stated=True,
    ),
    Example(
        sentences=(
            "(2017-09-12) Sales of electric buses in Chile rose by 12 percent in 2016, to 310.",
            "(2017-09-12) Analysts expect 500 in 2018.",
        ),
        question="How many electric buses were sold in Chile in 2017?",
        is_stated=False,
    ),
)
