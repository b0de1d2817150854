"""Bytes to text: byte order mark, declared encoding, UTF-8, else a guess; binary data is refused."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from rag.errors import IngestError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_CONTROL_SHARE = 0.01


def decode_text(data: bytes, declared: str = "") -> str:
    """The text of the bytes.

    Args:
        data: the whole content of a file.
        declared: the encoding that the content names itself; it is tried after UTF-8, which a wrong
            declaration can't be mistaken for.

    Raises:
        IngestError: the bytes are not text, or in no encoding that could be told.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as exc:
                raise IngestError(f"not {encoding} text, though its byte order mark says so") from exc
    if b"\x00" in data:
        raise IngestError("binary, not text: it holds NUL bytes")
    for encoding in filter(None, ("utf-8", declared)):
        try:
            return _checked(data.decode(encoding))
        except (UnicodeDecodeError, LookupError):
            continue
    guess = from_bytes(data).best()
    if guess is None:
        raise IngestError("binary, or text in an unknown encoding; save it as UTF-8")
    return _checked(str(guess))


def _checked(text: str) -> str:
    control = len(_CONTROL.findall(text))
    if control > _MAX_CONTROL_SHARE * len(text):
        raise IngestError("binary, not text: it is full of control characters")
    return text
