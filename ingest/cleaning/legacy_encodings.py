"""Detection of legacy encodings: the one in which bytes read most like a language that uses it.

General detectors need long texts; they take short French for Baltic or Chinese. So each encoding is tried, and every
character beyond ASCII is weighed. A letter that is common in its languages counts in full, a rare one less, and any
other character counts against the encoding. So do letters of two scripts in one word, and a capital behind a small
letter. Of equal scores, the first in `_ENCODINGS` wins.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

SAMPLE_BYTES = 20_000
LAST_RESORT = "cp1252"
CAPITAL = 0.8
"""Weight of a capital relative to the small letter."""

_TYPOGRAPHIC = "“”‘’„‚–—…«»‹›•·°§©®™€£№\xa0"
_WESTERN = "àáâãäåæçèéêëìíîïñòóôõöøùúûüßœ" + "£¿¡×½¼²³ºª"
_CENTRAL = "ąćęłńóśźżáčďéěíňřšťúůýžőűäöüôâăîşţ"
_TURKISH = "ğışçöüâîi̇"
_CYRILLIC = ("оеаинтсрвлкмдпуя", "ёбгжзйфхцчшщъыьэюіїєґўјљњћђџ")
_GREEK = ("αοιετσνηυρπκμλςάέήίόύώ", "βγδζθξφχψωϊϋΐΰ")
_HEBREW = ("יוהלאתרמבשנ", "גדזחטכךםןסעפףצץק")
_ARABIC = ("اليومنرتبةعدسأ", "ءآؤإئثجحخذزشصضطظغفقكىه،؛؟ًپچژگ")


def legacy_encoding(data: bytes) -> str:
    """Return the name of the encoding that fits best; `LAST_RESORT` where none fits."""
    scores = {name: _score(data, name, weigh) for name, weigh in _ENCODINGS.items()}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > 0 else LAST_RESORT


def _alphabet(common: str, rare: str = "") -> Callable[[str, bytes], float]:
    weights = dict.fromkeys(_TYPOGRAPHIC, 0.5)
    for letters, weight in ((rare, 0.4), (common, 1.0)):
        weights |= dict.fromkeys(letters.upper(), CAPITAL * weight) | dict.fromkeys(letters, weight)

    def weigh(character: str, _: bytes) -> float:
        return weights.get(character, -2.0)

    return weigh


def _double_byte(common_leads: range, *, kana: float = -1.0, hangul: float = -1.0) -> Callable[[str, bytes], float]:
    """Return a weight by the first byte: East Asian encodings list the common characters before the rare ones.

    The common syllables of Hangul are those of KS X 1001, whose second byte has its high bit set. Japanese text that is
    decoded as cp949 shows mostly the other syllables, which cp949 adds.
    """

    def weigh(character: str, encoded: bytes) -> float:
        if "\u3041" <= character <= "\u30fe":
            return kana
        if "\u3000" <= character <= "\u3020" or "\uff01" <= character <= "\uff5e":
            return 0.5
        if "\uac00" <= character <= "\ud7a3":
            return hangul if len(encoded) == 2 and encoded[0] >= 0xB0 and encoded[1] >= 0xA1 else -1.5
        return 1.0 if len(encoded) == 2 and encoded[0] in common_leads else -1.5

    return weigh


_ENCODINGS: dict[str, Callable[[str, bytes], float]] = {
    "cp1252": _alphabet(_WESTERN),
    "cp1250": _alphabet(_CENTRAL),
    "cp1254": _alphabet(_TURKISH),
    "cp1251": _alphabet(*_CYRILLIC),
    "koi8_r": _alphabet(*_CYRILLIC),
    "cp1253": _alphabet(*_GREEK),
    "cp1255": _alphabet(*_HEBREW),
    "cp1256": _alphabet(*_ARABIC),
    "cp932": _double_byte(range(0x88, 0x98), kana=1.0),
    "cp949": _double_byte(range(0), hangul=1.0),
    "gb18030": _double_byte(range(0xB0, 0xD8)),
    "euc_jp": _double_byte(range(0xB0, 0xD0), kana=1.0),
    "big5": _double_byte(range(0xA4, 0xC7)),
}


def _score(data: bytes, encoding: str, weigh: Callable[[str, bytes], float]) -> float:
    """Return the mean weight of the characters beyond ASCII, -3 to 1; -3 where the bytes are not in this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        # Not final for a sample, which may end within a character.
        text = decoder.decode(data[:SAMPLE_BYTES], final=len(data) <= SAMPLE_BYTES)
    except UnicodeDecodeError:
        return -3.0
    beyond = [character for character in text if character > "\x7f"]
    if not beyond:
        return -3.0
    weights = {character: weigh(character, character.encode(encoding)) for character in set(beyond)}
    odd = len(_CASE_BREAK.findall(text))
    if weigh not in _LATIN_WEIGHTS:
        odd += len(_SCRIPT_BREAK.findall(text))
    return (sum(weights[character] for character in beyond) - 2.0 * odd) / len(beyond)


_LATIN_WEIGHTS = tuple(_ENCODINGS[name] for name in ("cp1252", "cp1250", "cp1254"))
_SCRIPT_BREAK = re.compile(r"[A-Za-z](?=[^\W\d_A-Za-z])|(?<=[^\W\d_A-Za-z])[A-Za-z]")
_CASE_BREAK = re.compile(r"[a-zа-яёà-öø-ÿα-ώ](?=[А-ЯЁÀ-ÖØ-ÞΑ-Ω])|ς(?=[α-ώ])|[ךםןףץ](?=[א-ת])")
"""A capital behind a small letter, or the final form of a letter within a word."""
