"""False premises: what a question takes for granted, and the articles deny, or say nowhere.

"Why did Modi walk out of the summit?" takes for granted that he did. An article that denies it is told before any
answer; what none says is only named by an abstention.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.answering import Composition, change_reason, claim_segment, render_citation
from rag.denials import find_denial, is_about, referred_sentence
from rag.evidence import passage_sentences, surroundings
from rag.grounding import quote_claim
from rag.missing import NOT_STATED
from rag.points import base, bases
from rag.ports import ClaimChecker
from rag.records import Article, Claim, Evidence, Passage, Segment
from rag.statements import Statement, parse_statement

OPPOSITE = "they say the opposite:"
REASON = "The question takes for granted what the articles deny."

NOT_SAID_MAX = 0.85
"""A sentence that the claim checker finds to say a statement less likely than this doesn't say it.

Of 1,501 human questions on a sentence that answers them (QAMR, QED), 8 come out as taking for granted what it doesn't
say, of 121 of SQuAD 2.0 one; of the 12 tuning questions in `eval/datasets/premises.jsonl` that do, 10. At 0.75 these
are 5, none and 8."""

SENTENCES_READ = 12
"""So many sentences about the subject the checker reads; those that share most words with the statement."""

_TOLD_OTHERWISE = frozenset(
    base(verb)
    for verb in """say get make do have go give take write play hold score feel want mean use become describe receive
    start begin end see come locate base produce provide create tell speak talk report call name know find live work
    turn move bring change form think ask need like look show include contain boycott""".split()
)
"""Verbs that articles often tell in other words, or leave to be understood: nothing follows where they are missing."""


def note_premise(
    question: str, composition: Composition, passages: Sequence[Passage], checker: ClaimChecker
) -> Composition:
    """The answer, or where the passages deny what the question takes for granted, their own words on it.

    It is partial then: its reason says that the articles say the opposite. An abstention names what is taken for
    granted and said nowhere.
    """
    statement = parse_statement(question, (f"{passage.article.title}\n{passage.chunk.text}" for passage in passages))
    if statement is None:
        return composition
    sentences = passage_sentences(passages)
    denial = find_denial(statement, sentences)
    if denial is not None:
        return _correct(statement, composition, denial)
    if composition.verdict == "abstained" and is_said_nowhere(statement, sentences, checker):
        said_nowhere = f"The articles found do not say that {statement.text}."
        return change_reason(composition, composition.reason.replace(NOT_STATED, said_nowhere))
    return composition


def is_said_nowhere(statement: Statement, sentences: Iterable[Evidence], checker: ClaimChecker) -> bool:
    """Whether no sentence seems to say the statement, as far as that can be told; false where it can't.

    It can be told of what happened, by a verb that isn't often paraphrased, where when, where, why or how is asked, and
    the sentences speak of the subject.
    """
    if statement.asked_for != "circumstance" or not statement.is_past or not statement.rest:
        return False
    if statement.verb in _TOLD_OTHERWISE:
        return False
    known = list(sentences)
    about = [sentence for sentence in known if is_about(statement, sentence)]
    if not about or any(_tells_alike(statement, sentence) for sentence in known):
        return False
    wanted = {statement.verb, *statement.rest}
    about.sort(key=lambda sentence: len(wanted & bases(sentence.quote)), reverse=True)
    return all(
        checker.check(statement.text, [_by_itself(sentence)]).score < NOT_SAID_MAX
        for sentence in about[:SENTENCES_READ]
    )


def _correct(statement: Statement, composition: Composition, denial: Evidence) -> Composition:
    judgement = quote_claim(denial).judgement
    claim = Claim(
        text=denial.quote,
        verdict=judgement.verdict,
        score=judgement.score,
        citations=(1,),
        reason=judgement.reason,
    )
    return replace(
        composition,
        verdict="partial",
        reason=REASON,
        segments=(
            Segment(text=f"The articles do not say that {statement.text}; {OPPOSITE}"),
            claim_segment([claim], 0),
        ),
        confidence=judgement.score,
        claims=(claim,),
        citations=(render_citation(1, denial),),
        nearest=(),
    )


def _tells_alike(statement: Statement, sentence: Evidence) -> bool:
    """Whether it holds the verb, or a word that opens like it ("invasion"), beside the subject or all the rest."""
    held = bases(f"{sentence.quote} {referred_sentence(sentence)}")
    opening = statement.verb[: max(4, len(statement.verb) - 2)]
    if not any(word.startswith(opening) for word in held):
        return False
    return is_about(statement, sentence) or statement.rest <= bases(surroundings(sentence))


def _by_itself(sentence: Evidence) -> Evidence:
    """The sentence, with the one before where it needs it, as an article of its own: nothing around lends it names."""
    text = f"{referred_sentence(sentence)} {sentence.quote}".strip()
    return Evidence(article=Article(id="", source="", text=text), start=0, end=len(text))
