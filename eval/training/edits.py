"""Seeded edits that change what a text says: names, numbers, dates, units, antonyms, negation, strength.

Each edit returns the changed text with the words that it removed and inserted, or None where the text has nothing to
change.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NUMBER_WORDS = (
    "two", "three", "four", "five", "six", "seven", "eight",
    "nine", "ten", "eleven", "twelve", "twenty", "thirty",
    "forty", "fifty", "sixty", "eighty", "ninety",
)  # fmt: skip
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
UNIT_GROUPS = (
    ("million", "billion", "trillion", "thousand"),
    ("kilometres", "metres", "miles", "feet", "yards"),
    ("kilometers", "meters", "centimeters", "inches"),
    ("km", "m", "mi", "ft"),
    ("seconds", "minutes", "hours", "days", "weeks", "months", "years", "decades", "centuries"),
    ("kilograms", "tonnes", "pounds", "tons", "grams", "kg"),
    ("dollars", "euros", "pounds", "yen", "francs"),
    ("percent", "percentage points", "per cent"),
    ("daily", "weekly", "monthly", "annually", "yearly"),
)
ANTONYM_PAIRS = (
    ("first", "last"), ("largest", "smallest"), ("highest", "lowest"),
    ("before", "after"), ("north", "south"),
    ("east", "west"), ("northern", "southern"), ("eastern", "western"), ("increase", "decrease"),
    ("increased", "decreased"), ("rose", "fell"), ("won", "lost"), ("win", "lose"), ("more", "fewer"),
    ("more", "less"), ("most", "least"), ("older", "younger"), ("oldest", "youngest"), ("early", "late"),
    ("earlier", "later"), ("accepted", "rejected"), ("approved", "rejected"), ("supported", "opposed"),
    ("support", "oppose"), ("begin", "end"), ("began", "ended"), ("started", "stopped"), ("joined", "left"),
    ("bought", "sold"), ("buy", "sell"), ("opened", "closed"), ("open", "closed"), ("legal", "illegal"),
    ("public", "private"), ("male", "female"), ("man", "woman"), ("men", "women"), ("father", "mother"),
    ("son", "daughter"), ("brother", "sister"), ("husband", "wife"), ("rich", "poor"), ("strong", "weak"),
    ("success", "failure"), ("successful", "unsuccessful"), ("positive", "negative"), ("major", "minor"),
    ("upper", "lower"), ("above", "below"), ("inside", "outside"),
    ("maximum", "minimum"), ("longest", "shortest"),
    ("best", "worst"), ("better", "worse"), ("high", "low"), ("hot", "cold"), ("allowed", "banned"),
    ("arrived", "departed"), ("born", "killed"), ("included", "excluded"), ("include", "exclude"),
    ("gained", "lost"), ("confirmed", "denied"), ("guilty", "innocent"), ("domestic", "foreign"),
    ("permanent", "temporary"), ("urban", "rural"), ("ancient", "modern"),
    ("up", "down"), ("same", "different"),
    ("always", "never"), ("true", "false"), ("alive", "dead"), ("married", "divorced"), ("light", "dark"),
    ("raised", "lowered"), ("rising", "falling"), ("attack", "defend"),
    ("victory", "defeat"), ("gain", "loss"),
)  # fmt: skip
STRONGER = (
    (r"\b(?:is|are|was|were) (?:expected|likely|due|set|scheduled|believed|thought|said) to be\b", "is"),
    (r"\b(?:is|are) (?:expected|likely|due|set|scheduled|planning) to\b", "will certainly"),
    (r"\b(?:may|might|could) have been\b", "was"),
    (r"\b(?:may|might|could) have\b", "has"),
    (r"\b(?:may|might|could) be\b", "is"),
    (r"\b(?:may|might|could|can|would|should)\b", "will"),
    (r"\b(?:some|several|many|most|a few)\b", "all"),
    (r"\b(?:often|sometimes|usually|generally|frequently|typically|occasionally)\b", "always"),
    (r"\b(?:one of the|among the) (\w+) (\w+?)s\b", r"the single \1 \2"),
    (r"\b(?:about|around|approximately|roughly|nearly|almost|at least|more than|up to)(?= \d)", "exactly"),
    (r"\b(?:allegedly|reportedly|possibly|probably|perhaps)\b", "certainly"),
    (r"\b(?:partly|partially|mainly|largely|mostly)\b", "entirely"),
    (r"\b(?:plans|hopes|wants|intends) to (\w+)\b", r"managed to \1"),
    (r"\b(?:proposed|planned|hoped|wanted|intended|tried|attempted) to (\w+)\b", r"managed to \1"),
    (r"\b(?:suggests?|suggested)\b", "proved"),
)  # fmt: skip
_ANTONYMS: dict[str, list[str]] = {}
for _left, _right in ANTONYM_PAIRS:
    _ANTONYMS.setdefault(_left, []).append(_right)
    _ANTONYMS.setdefault(_right, []).append(_left)
_UNITS = {unit: group for group in UNIT_GROUPS for unit in group}

YEAR = re.compile(r"(?<![\w.,$£€])(1[0-9]\d\d|20\d\d)(?!\.\d|[\w,]\d|\d)")
NUMBER = re.compile(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?![\w]|[.,]\d)")
NAME = re.compile(
    r"(?:[A-Z][\w'’.-]*[\w]|[A-Z])(?:\s+(?:(?:of|de|van|von|the|and|bin|al)\s+)?(?:[A-Z][\w'’-]*[\w]|[A-Z]\b\.?))*"
)
NOT_NAMES = frozenset({
    "The", "A", "An", "In", "On", "At", "By", "For", "From", "To", "Of", "And", "But", "Or", "If", "It",
    "Its", "He", "She", "They", "We", "I", "You", "His", "Her", "Their", "This", "That", "These", "Those",
    "There", "Here", "When", "Where", "Who", "What", "Which", "Why", "How", "As", "After", "Before",
    "During", "While", "Since", "Although", "Though", "Because", "However", "Also", "Some", "Many",
    "Most", "All", "One", "Two", "Three", "Four", "Five", "Is", "Was", "Were", "Are", "Be", "Been", "Has",
    "Have", "Had", "Do", "Does", "Did", "Can", "Could", "Will", "Would", "May", "Might", "Not", "No",
    "Yes", "Then", "Than", "So", "Such", "With", "Without", "Under", "Over", "Between", "Into", "Both",
    "Each", "Other", "Another", "Our", "My", "Your", "About", "According", "Despite", "Following",
    "Until", "Only", "Just", "Now", "Today", "Whose", "Whom", "Later", "Early", "Mr", "Mrs", "Ms", "Dr",
    "Name",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edit:
    """A changed text, with the words removed and those inserted ("" for a mere insertion or removal)."""

    text: str
    old: str
    new: str


EditRule = Callable[[str, random.Random], "Edit | None"]


def find_names(text: str) -> list[tuple[int, int]]:
    """Return the spans of capitalised names without articles and sentence openers; months and weekdays don't count."""
    spans: list[tuple[int, int]] = []
    for match in NAME.finditer(text):
        start, end = match.span()
        words = match.group().split()
        while words and words[0] in NOT_NAMES:
            start += len(words[0])
            start += len(text[start:end]) - len(text[start:end].lstrip())
            words = words[1:]
        if not words or words[0] in MONTHS or words[0] in WEEKDAYS or len(text[start:end]) < 3:
            continue
        opens_sentence = start == 0 or text[:start].rstrip()[-1:] in {".", "?", "!", "“", '"', "\n"}
        if opens_sentence and len(words) == 1 and words[0].lower() in _COMMON_OPENERS:
            continue
        spans.append((start, end))
    return spans


_COMMON_OPENERS = frozenset({
    "people", "officials", "police", "president", "government", "experts", "critics", "members",
    "students", "scientists", "researchers", "women", "men", "several", "more", "first", "last", "most",
    "additionally", "furthermore", "moreover", "meanwhile", "instead", "originally", "eventually",
    "finally", "currently", "generally", "often", "sometimes", "usually", "although", "unlike", "like",
    "born", "among", "within", "throughout", "around", "against", "every", "any", "even", "still", "once",
    "through", "upon",
})  # fmt: skip


def replace_span(text: str, span: tuple[int, int], new: str) -> Edit:
    """Return the edit that puts `new` in place of the span."""
    return Edit(text[: span[0]] + new + text[span[1] :], text[span[0] : span[1]], new)


def _render_like(value: float, like: str) -> str:
    decimals = len(like.partition(".")[2])
    return f"{value:,.{decimals}f}" if "," in like else f"{value:.{decimals}f}"


def change_number(number: str, rng: random.Random) -> str:
    """Return another number of the same form and a similar size, never the same."""
    value = float(number.replace(",", ""))
    for _ in range(20):
        if value < 20:
            new = value + rng.choice([-4, -3, -2, -1, 1, 2, 3, 4, 6, 9])
        else:
            new = value * rng.choice([0.1, 0.5, 0.6, 0.75, 0.9, 1.1, 1.25, 1.4, 2, 3, 10])
        rendered = _render_like(max(new, 0), number)
        if new >= 0 and rendered != number:
            return rendered
    return _render_like(value + 1, number)


def swap_number(text: str, rng: random.Random) -> Edit | None:
    """Change one number that is no year; written-out numbers count too."""
    spans = [m.span() for m in NUMBER.finditer(text) if not YEAR.fullmatch(m.group())]
    words = [m.span() for m in re.finditer(r"\b[a-z]+\b", text) if m.group() in NUMBER_WORDS]
    if not spans and not words:
        return None
    span = rng.choice(spans + words)
    old = text[span[0] : span[1]]
    new = rng.choice([w for w in NUMBER_WORDS if w != old]) if old in NUMBER_WORDS else change_number(old, rng)
    return replace_span(text, span, new)


def swap_date(text: str, rng: random.Random) -> Edit | None:
    """Change one year, month, weekday or ordinal."""
    spans = [m.span() for m in YEAR.finditer(text)]
    spans += [m.span() for m in re.finditer(r"\b[A-Z][a-z]+\b", text) if m.group() in MONTHS + WEEKDAYS]
    if not spans:
        return None
    span = rng.choice(spans)
    old = text[span[0] : span[1]]
    if old in MONTHS:
        new = rng.choice([m for m in MONTHS if m != old])
    elif old in WEEKDAYS:
        new = rng.choice([d for d in WEEKDAYS if d != old])
    else:
        new = str(int(old) + rng.choice([-40, -20, -11, -10, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 9, 10, 20]))
    return replace_span(text, span, new)


def swap_unit(text: str, rng: random.Random) -> Edit | None:
    """Change one unit or magnitude to another of its kind."""
    spans = [m.span() for m in re.finditer(r"(?<=[\d\s])[a-z]+\b", text) if m.group() in _UNITS]
    spans = [s for s in spans if re.search(r"(?:\d|\b(?:" + "|".join(NUMBER_WORDS) + r"))\s*$", text[: s[0]])]
    if not spans:
        return None
    span = rng.choice(spans)
    old = text[span[0] : span[1]]
    return replace_span(text, span, rng.choice([u for u in _UNITS[old] if u != old]))


def swap_antonym(text: str, rng: random.Random) -> Edit | None:
    """Change one word to its opposite."""
    spans = [m.span() for m in re.finditer(r"\b[A-Za-z]+\b", text) if m.group().lower() in _ANTONYMS]
    if not spans:
        return None
    span = rng.choice(spans)
    old = text[span[0] : span[1]]
    new = rng.choice(_ANTONYMS[old.lower()])
    return replace_span(text, span, new.capitalize() if old[0].isupper() else new)


def swap_ordinal(text: str, rng: random.Random) -> Edit | None:
    """Change one ordinal word (first to tenth)."""
    spans = [m.span() for m in re.finditer(r"\b[a-z]+\b", text) if m.group() in ORDINALS]
    if not spans:
        return None
    span = rng.choice(spans)
    old = text[span[0] : span[1]]
    return replace_span(text, span, rng.choice([o for o in ORDINALS if o != old]))


_AUXILIARY = re.compile(r"\b(is|are|was|were|will|would|can|could|has|have|had|did|does|do|should|must|may|might)\b")


def negate(text: str, rng: random.Random) -> Edit | None:
    """Negate one auxiliary, or remove the text's negation."""
    negations = list(re.finditer(r"\s+(?:not|never)\b|n['’]t\b", text))
    if negations:
        match = rng.choice(negations)
        return replace_span(text, match.span(), "")
    match_ = _AUXILIARY.search(text)
    if not match_:
        return None
    word = rng.choice([" not", " not", " never"])
    return replace_span(text, (match_.end(), match_.end()), word)


def strengthen(text: str, rng: random.Random) -> Edit | None:
    """Make a hedged or partial statement certain or total."""
    found = [(m, new) for pattern, new in STRONGER for m in re.finditer(pattern, text)]
    if not found:
        return None
    match, new = rng.choice(found)
    return replace_span(text, match.span(), match.expand(new))


def swap_name(text: str, names: Sequence[str], rng: random.Random) -> Edit | None:
    """Change one name to one of `names` that shares no word with the text."""
    spans = find_names(text)
    words = set(re.findall(r"\w+", text.lower()))
    if not spans or not names:
        return None
    some = rng.sample(names, 60) if len(names) > 60 else names
    others = [n for n in some if not words & set(re.findall(r"\w+", n.lower()))]
    if not others:
        return None
    span = rng.choice(spans)
    size = len(text[span[0] : span[1]].split())
    near = [n for n in others if len(n.split()) == size] or others
    return replace_span(text, span, rng.choice(near))


def swap_roles(text: str, rng: random.Random) -> Edit | None:
    """Exchange two names of the text, where neither is part of the other and they aren't items of one list."""
    spans = find_names(text)
    options = [
        (left, right)
        for i, left in enumerate(spans)
        for right in spans[i + 1 :]
        if not _share_words(text[slice(*left)], text[slice(*right)])
        and not re.fullmatch(r"[\s,]*(?:,|and|or|&)?[\s,]*(?:the\s+)?", text[left[1] : right[0]])
    ]
    if not options:
        return None
    left, right = rng.choice(options)
    a, b = text[slice(*left)], text[slice(*right)]
    changed = text[: left[0]] + b + text[left[1] : right[0]] + a + text[right[1] :]
    return Edit(changed, a, b)


def _share_words(a: str, b: str) -> bool:
    return bool(set(a.lower().split()) & set(b.lower().split()))


def replace_everywhere(text: str, old: str, new: str) -> str:
    """Return `text` with each whole-word `old` replaced."""
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, text)


FACT_EDITS: dict[str, EditRule] = {
    "number": swap_number,
    "date": swap_date,
    "unit": swap_unit,
    "antonym": swap_antonym,
    "ordinal": swap_ordinal,
    "negation": negate,
    "strengthening": strengthen,
    "roles": swap_roles,
}
"""The edits that need no list of names, by kind."""
