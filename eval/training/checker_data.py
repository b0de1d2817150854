"""Rows for the checker: claims with evidence that supports them, contradicts them, or does neither.

The human-labelled sets come from a prepared mixture (FEVER, QAMR, QED, BoolQ, FM2, BEGIN, counterfactual
SNLI, …); the rest is made by rule from running text. A made negative always has a made positive of the same
sentence beside it, so that the making alone does not give the label away. About a third of all evidence
stands among its neighbours.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.training.edits import FACT_EDITS, Edit, find_names, swap_name
from eval.training.pages import (
    Page,
    PageLibrary,
    build_library,
    cut_window,
    join,
    load_news_pages,
    load_pages,
)
from eval.training.pairs import Pair, read_rows
from eval.training.reader_questions import edit_question

LABELS = ("supported", "unsupported", "contradicted")
SUPPORTED, UNSUPPORTED, CONTRADICTED = 0, 1, 2
_MIXTURE_LABELS = {
    "supported": SUPPORTED,
    "neutral": UNSUPPORTED,
    "not_supported": UNSUPPORTED,
    "contradicted": CONTRADICTED,
}
EDIT_LABELS = {
    "number": CONTRADICTED,
    "date": CONTRADICTED,
    "unit": CONTRADICTED,
    "antonym": CONTRADICTED,
    "ordinal": CONTRADICTED,
    "negation": CONTRADICTED,
    "strengthening": UNSUPPORTED,
    "roles": CONTRADICTED,
    "name": UNSUPPORTED,
}
"""What an edit makes of a supported claim: another value contradicts, another name is merely not there."""

MIXTURE_SHARES = {
    "qamr_qa": 0.6,
    "boolq_yesno": 0.4,
    "fever_rte": 0.75,
    "begin": 0.5,
    "begin_v1_2021": 0.4,
    "breaking_nli": 0.6,
    "fever_eraser_hardneg": 0.6,
    "wice_train_partial": 0.0,
}
"""Shares of the mixture's sets that are used, the others whole. WiCE stays out: it is for measuring only."""

_QUESTION_SETS = frozenset({"qamr_qa", "qed_nq"})
"""Sets whose claims are "Question? Answer."."""

_EDITED_QUESTIONS = 0.45
"""Share of the supported claims of these sets that come again with another question to the same answer."""

_WINDOW_WORDS = 75


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that the row makers draw from."""

    data: Path
    rng: random.Random
    library: PageLibrary
    news: Sequence[Page]
    names: Sequence[str]


def load_sources(data: Path, seed: int) -> Sources:
    """Reads the running texts and collects names."""
    rng = random.Random(seed)
    pages = load_pages(data)
    news = load_news_pages(data)
    sample = rng.sample([s for page in (*pages, *news) for s in page.sentences], 20_000)
    names = sorted({s[a:b] for s in sample for a, b in find_names(s)})
    return Sources(data, rng, build_library((*pages, *news)), news, names)


def widen(premise: str, library: PageLibrary, rng: random.Random) -> tuple[str, str]:
    """The premise, among its neighbours where its page is known, and the page's id (else the premise)."""
    title, mark, rest = premise.partition(": ")
    bare = rest if mark and len(title) < 60 else premise
    place = library.find(bare)
    if place is None:
        return premise, premise[:80]
    page, positions = place
    if rng.random() < 0.55 or len(page.sentences) <= len(positions):
        return premise, page.id
    window = sorted({*positions, *cut_window(page, positions[0], rng, max_words=_WINDOW_WORDS)})
    text = join(page, window)
    return (f"{title}: {text}" if bare is rest else text), page.id


def as_statement(claim: str, rng: random.Random) -> str:
    """A claim "Question? answer", now and then as the full sentence that a system would say.

    Only questions whose asked-for part is the subject can be turned by rule: "Who wrote X? Y" → "Y wrote X."
    """
    question, mark, answer = claim.partition("? ")
    match = re.match(
        r"(?:Who|What|Which \w+) (?!is\b|are\b|was\b|were\b|did\b|does\b|do\b|kind\b|type\b)(.+)", question
    )
    be = re.match(r"(?:Who|What) ((?:was|is|were|are|has|had|will) \w+(?:ed|ing|en|n't|not)\b.*)", question)
    if not mark or rng.random() < 0.25 or not (match or be):
        return claim
    rest = (be or match).group(1)  # type: ignore[union-attr]  # one of them matched
    answer = answer.rstrip(".")
    return f"{answer[:1].upper()}{answer[1:]} {rest}."


def mixture_pairs(sources: Sources) -> Iterator[Pair]:
    """The rows of the prepared mixture, some sets thinned, evidence widened where its page is known."""
    rng = sources.rng
    for row in read_rows(sources.data / "mix_clean.jsonl"):
        name = row["set"]
        if rng.random() >= MIXTURE_SHARES.get(name, 1.0):
            continue
        evidence, page = widen(row["premise"], sources.library, rng)
        claim = as_statement(row["claim"], rng) if name in _QUESTION_SETS else row["claim"]
        if name == "boolq_yesno":
            evidence = " ".join(evidence.split()[:110])
        label = _MIXTURE_LABELS[row["label"]]
        yield Pair(first=claim, second=evidence, label=label, kind=f"{name}/{LABELS[label]}", page=page)
        if name in _QUESTION_SETS and label == SUPPORTED and rng.random() < _EDITED_QUESTIONS:
            question, _, answer = row["claim"].partition("? ")
            edited = edit_question(f"{question}?", evidence, sources.names, rng)
            if edited is not None:
                claim = as_statement(f"{edited[1].text} {answer}", rng)
                yield Pair(first=claim, second=evidence, label=UNSUPPORTED, kind=f"{name}/asked-{edited[0]}", page=page)


_LEADING = re.compile(
    r"^(?:However|Moreover|Furthermore|In addition|Additionally|Also|Meanwhile|Later|Then|Finally|Today|"
    r"In fact|For example|As a result|Instead|Subsequently|Nevertheless|On the other hand), ?"
)
_REWORDINGS = (
    (r"\bapproximately\b", "about"), (r"\bhowever,? ", ""), (r"\bpurchased\b", "bought"), (r"\balso\b ", ""),
    (r"\bcommenced\b", "began"), (r"\bin order to\b", "to"), (r"\bas well as\b", "and"),
    (r"\blocated in\b", "in"),
    (r"\bprior to\b", "before"), (r"\bnumerous\b", "many"), (r"\bassisted\b", "helped"),
    (r"\brequired\b", "needed"),
    (r"\battempted\b", "tried"), (r"\bfollowing\b", "after"), (r"\bobtained\b", "got"),
    (r"\bresides?\b", "lives"),
    (r"\blargest\b", "biggest"), (r"\bstarted\b", "began"), (r"\bbegan\b", "started"),
    (r"\bdied\b", "passed away"),
    (r"\breceived\b", "got"), (r"\bdemonstrated\b", "showed"), (r"\bAmerican\b", "US"), (r"\bU\.S\.", "US"),
    (r"\bUnited States\b", "US"), (r"\bmarried\b", "wed"), (r"\bfilm\b", "movie"), (r"\bstated\b", "said"),
    (r"\bchildren\b", "kids"), (r"\bconstructed\b", "built"), (r"\breleased\b", "issued"),
    (r"\bclosed\b", "shut"),
    (r"\bpermitted\b", "allowed"), (r"\bprohibited\b", "banned"), (r"\bmanufactured\b", "made"),
)  # fmt: skip


def shorten(sentence: str, rng: random.Random) -> str | None:
    """The sentence with less and nothing new: brackets, an opener, an aside or a last clause cut."""
    text = _LEADING.sub("", re.sub(r"\s*\([^)]*\)", "", sentence)).strip()
    cuts = [
        m.span()
        for m in re.finditer(
            r", (?:which|who|where|whose|with|including|after|when|as|while)\b[^,]*(?:,|(?=\.$))", text
        )
    ]
    cuts += [m.span() for m in re.finditer(r",[^,;:]{8,60}, (?=(?:is|was|are|were|has|had|will|became)\b)", text)]
    if cuts:
        start, end = rng.choice(cuts)
        rest = text[end:].lstrip()
        text = text[:start] + rest if rest.startswith(".") else f"{text[:start]} {rest}"
    tail = re.search(r"(?:;|, (?:and|but|so|although|though|because|while)) ", text)
    if tail and len(text[: tail.start()].split()) >= 6 and rng.random() < 0.6:
        text = text[: tail.start()] + "."
    text = text[:1].upper() + text[1:]
    return text if text != sentence and len(text.split()) >= 5 else None


def reorder(sentence: str) -> str | None:
    """An opening phrase of time or place moved to the end: "In 2004, X left." → "X left in 2004."."""
    match = re.match(
        r"((?:In|On|At|During|After|Before|By|From|Since|Until) [^,]{3,50}), ([^,;:]{15,140})\.$", sentence
    )
    if match is None:
        return None
    opening, rest = match.groups()
    return f"{rest[:1].upper()}{rest[1:]} {opening[:1].lower()}{opening[1:]}."


def reword(sentence: str, rng: random.Random) -> str | None:
    """One to three words changed for others of the same meaning."""
    options = [(p, r) for p, r in _REWORDINGS if re.search(p, sentence)]
    rng.shuffle(options)
    text = sentence
    for pattern, replacement in options[:3]:
        text = re.sub(pattern, replacement, text, count=1)
    return text if text != sentence else None


def name_subject(sentence: str, page: Page) -> str | None:
    """A leading pronoun changed for the page's title, as claims that stand alone have it."""
    title = re.sub(r"\s*\([^)]*\)", "", page.title)
    match = re.match(r"(?:He|She|It|They) (?=(?:was|is|has|had|were|are|also|became|won|[a-z]+ed)\b)", sentence)
    if match is None or not title or "_" in title or len(title.split()) > 5:
        return None
    return f"{title} {sentence[match.end() :]}"


def merge(first: str, second: str) -> str | None:
    """Two sentences in one, joined by "and", where the second opens with an article, a pronoun or a name."""
    if not first.endswith(".") or len(first.split()) + len(second.split()) > 45:
        return None
    opener = second.split()[0]
    lowered = opener in {
        "He",
        "She",
        "It",
        "They",
        "The",
        "A",
        "An",
        "His",
        "Her",
        "Their",
        "Its",
        "In",
        "On",
        "This",
    }
    return first[:-1] + ", and " + (second[0].lower() + second[1:] if lowered else second)


def join_halves(first: str, second: str) -> str | None:
    """The subject and verb of one sentence with what another says: half of two facts, so true of neither."""
    pattern = r"^(.{3,60}?) (was|is|were|are|became|has|had|won|received|made|joined|moved|played|began) (.{12,})$"
    left, right = re.match(pattern, first), re.match(pattern, second)
    if left is None or right is None:
        return None
    group = {"was": 0, "is": 0, "were": 1, "are": 1}
    if left.group(1) == right.group(1) or group.get(left.group(2), 2) != group.get(right.group(2), 2):
        return None
    return f"{left.group(1)} {right.group(2)} {right.group(3)}"


def _positive(sentence: str, page: Page, window: Sequence[int], position: int, rng: random.Random) -> tuple[str, str]:
    """A supported claim made from the sentence, with how it was made."""
    makers: list[tuple[str, Callable[[], str | None]]] = [
        ("cut", lambda: shorten(sentence, rng)),
        ("cut", lambda: shorten(sentence, rng)),
        ("reordered", lambda: reorder(sentence)),
        ("reworded", lambda: reword(sentence, rng)),
        ("named", lambda: name_subject(sentence, page)),
        (
            "merged",
            lambda: merge(sentence, page.sentences[position + 1]) if position + 1 in window else None,
        ),
    ]
    rng.shuffle(makers)
    for kind, make in makers:
        claim = make()
        if claim:
            again = reword(claim, rng) if rng.random() < 0.35 else None
            return again or claim, kind
    return sentence, "verbatim"


def edited_claim(
    claim: str, evidence: str, names: Sequence[str], rng: random.Random, rare: Counter[str]
) -> tuple[str, Edit] | None:
    """The claim with one fact changed, with the kind; kinds seen least so far go first, to level them."""
    kinds = [*FACT_EDITS, "name"]
    rng.shuffle(kinds)
    kinds.sort(key=lambda kind: rare[kind] * rng.uniform(0.5, 1.5))
    local = [evidence[a:b] for a, b in find_names(evidence)]
    for kind in kinds:
        if kind == "name":
            edit = swap_name(claim, local if rng.random() < 0.6 else names, rng)
        else:
            edit = FACT_EDITS[kind](claim, rng)
        if edit is None or edit.text == claim or (len(edit.new) > 3 and edit.text in evidence):
            continue
        if kind in {"number", "date"} and re.search(rf"(?<!\d){re.escape(edit.new)}(?!\d)", evidence):
            continue
        return kind, edit
    return None


def text_pairs(sources: Sources, max_sentences: int) -> Iterator[Pair]:
    """From each chosen sentence a supported claim, an edited one, and an on-topic one that is not held."""
    rng = sources.rng
    rare: Counter[str] = Counter()
    pages = [p for p in sources.library.pages if len(p.sentences) >= 3]
    news = [p for p in sources.news if len(p.sentences) >= 3]
    places = [(p, i) for p in pages for i in range(min(len(p.sentences), 24))]
    chosen = rng.sample(places, min(len(places), max_sentences * 2))
    chosen += [(p, i) for p in news for i in range(len(p.sentences))]
    rng.shuffle(chosen)
    made = 0
    for page, position in chosen:
        sentence = page.sentences[position]
        if not 7 <= len(sentence.split()) <= 45 or not sentence.endswith((".", '."', '"')):
            continue
        window = cut_window(page, position, rng, max_words=_WINDOW_WORDS) if rng.random() < 0.7 else [position]
        evidence = join(page, window)
        claim, how = _positive(sentence, page, window, position, rng)
        if how == "named":
            evidence = f"{page.title}: {evidence}"
        edit = edited_claim(claim, evidence, sources.names, rng, rare)
        if edit is None:
            continue
        made += 1
        yield Pair(first=claim, second=evidence, label=SUPPORTED, kind=f"text/{how}", page=page.id)
        kind, changed = edit
        rare[kind] += 1
        yield Pair(first=changed.text, second=evidence, label=EDIT_LABELS[kind], kind=f"text/{kind}", page=page.id)
        away = [i for i in range(len(page.sentences)) if i not in window]
        if away and rng.random() < 0.55:
            other = page.sentences[rng.choice(away)]
            if rng.random() < 0.45:
                yield _unsupported(shorten(other, rng) or other, evidence, "other-sentence", page)
            else:
                half = join_halves(sentence, other) or join_halves(other, sentence)
                if half and half not in evidence:
                    yield _unsupported(half, evidence, "halves", page)
        elif away:
            added = merge(claim, shorten(page.sentences[rng.choice(away)], rng) or page.sentences[rng.choice(away)])
            if added:
                yield _unsupported(added, evidence, "half-supported", page)
        if made >= max_sentences:
            return


def _unsupported(claim: str, evidence: str, how: str, page: Page) -> Pair:
    return Pair(first=claim, second=evidence, label=UNSUPPORTED, kind=f"text/{how}", page=page.id)


def checker_pairs(data: Path, seed: int, max_sentences: int = 16_000) -> Iterator[Pair]:
    """All rows of the checker, in the order of their sources."""
    sources = load_sources(data, seed)
    yield from mixture_pairs(sources)
    yield from text_pairs(sources, max_sentences)
