"""Mails (.eml, .msg): sender, recipient, subject and body; and the list of attachments."""

from __future__ import annotations

import email
import email.policy
import email.utils
import io
import mimetypes
from collections.abc import Iterator
from email.message import EmailMessage

import olefile  # type: ignore[import-untyped]  # it ships no types

from ingest.cleaning.canonical import canonical_text
from ingest.cleaning.characters import clean_line
from ingest.cleaning.dates import parse_date
from ingest.cleaning.decoding import decode_text
from ingest.readers.extract import Extract
from ingest.readers.html_blocks import markup_blocks, parse_markup
from ingest.readers.members import Attachment
from rag.errors import IngestError

_ATTACHMENT = "__attach_version1.0_"
_CONTENT, _EMBEDDED = "__substg1.0_37010102", "__substg1.0_3701000D"
_FILE_NAMES = ("3707", "3704", "3001")
_SUBJECT, _BODY, _HTML = "0037", "1000", "1013"
_SENDER, _SENDER_ADDRESSES, _TO, _HEADERS = "0C1A", ("0C1F", "5D01"), "0E04", "007D"


def list_attachments(data: bytes, *, is_outlook: bool) -> list[Attachment]:
    """Return the attachments of a mail, in their order; an attached mail is one of them.

    Raises:
        IngestError: it is no mail, or a damaged one.
    """
    try:
        return list(_outlook_attachments(data) if is_outlook else _attachments(data))
    except (OSError, ValueError, IndexError, LookupError, TypeError, RecursionError) as exc:
        raise IngestError(f"its attachments can't be read: {exc}") from exc


def extract_eml(data: bytes) -> Extract:
    """Return a mail as it was sent: its whole body, including text between and below attachments.

    Of alternative forms of the same text, the plain one is taken, or the HTML one where there is no plain one.

    Raises:
        IngestError: it has neither headers nor a body of text.
    """
    parsed = email.message_from_bytes(data, policy=email.policy.default)
    if not isinstance(parsed, EmailMessage) or not parsed.keys():
        raise IngestError("not a readable .eml: it has no headers")
    parts = _body_parts(parsed)
    if not parts:
        raise IngestError("no text: the mail has no body of text")
    return _extract(
        sender=str(parsed.get("from", "")),
        to=str(parsed.get("to", "")),
        subject=str(parsed.get("subject", "")),
        date=str(parsed.get("date", "")),
        blocks=[block for part in parts for block in _blocks(part)],
    )


def extract_msg(data: bytes) -> Extract:
    """Return a mail as Outlook stores it.

    Raises:
        IngestError: it is damaged, of another kind, or has no body of text.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as mail:
            headers = email.message_from_string(_stream(mail, _HEADERS), policy=email.policy.default)
            addresses = (_stream(mail, name) for name in _SENDER_ADDRESSES)
            address = next((each for each in addresses if "@" in each), "")  # Exchange keeps /O=… names here too
            name, body, to = _stream(mail, _SENDER), _stream(mail, _BODY), _stream(mail, _TO)
            html = b"" if body.strip() else _bytes(mail, f"__substg1.0_{_HTML}0102")
            subject = _stream(mail, _SUBJECT)
    except (OSError, ValueError, IndexError) as exc:
        raise IngestError("not a readable .msg: it is damaged or of another kind") from exc
    return _extract(
        sender=email.utils.formataddr((name, address)) if address else str(headers.get("from", "")) or name,
        to=to or str(headers.get("to", "")),
        subject=subject,
        date=str(headers.get("date", "")),
        blocks=_html_blocks(decode_text(html)) if html else [canonical_text(body, unwrap=True)],
    )


def _attachments(data: bytes) -> Iterator[Attachment]:
    parsed = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    for number, part in enumerate(_leaves(parsed), 1):
        kind = part.get_content_type()
        named = part.get_filename() or ""
        if not named and not part.is_attachment() and part.get_content_maintype() == "text":
            continue  # a text without a name is of the body, or the body in another wording
        if kind == "message/rfc822":
            (inner,) = part.iter_parts()
            yield Attachment(name=_file_name(named or f"{inner.get('subject', '')}.eml", number), data=inner.as_bytes())
        else:
            content = part.get_payload(decode=True)
            name = named or f"part-{number}{mimetypes.guess_extension(kind) or ''}"
            yield Attachment(name=_file_name(name, number), data=content if isinstance(content, bytes) else b"")


def _body_parts(message: EmailMessage) -> list[EmailMessage]:
    """Return the parts that a reader sees as the mail's text, in their order."""
    if message.get_content_maintype() == "multipart":
        parts = [_body_parts(part) for part in message.iter_parts() if isinstance(part, EmailMessage)]
        if message.get_content_type() != "multipart/alternative":
            return [part for each in parts for part in each]
        plain = [each for each in parts if any(part.get_content_type() == "text/plain" for part in each)]
        return next(iter([*plain, *filter(None, parts)]), [])
    is_text = message.get_content_type() in ("text/plain", "text/html")
    return [message] if is_text and not message.get_filename() and not message.is_attachment() else []


def _blocks(part: EmailMessage) -> list[str]:
    content = part.get_payload(decode=True)
    text = decode_text(content, part.get_content_charset() or "") if isinstance(content, bytes) and content else ""
    return _html_blocks(text) if part.get_content_type() == "text/html" else [canonical_text(text, unwrap=True)]


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the parts that have no parts; an attached mail is one part, and isn't taken apart."""
    if message.get_content_maintype() != "multipart":
        yield message
        return
    for part in message.iter_parts():
        assert isinstance(part, EmailMessage)
        yield from _leaves(part)


def _outlook_attachments(data: bytes) -> Iterator[Attachment]:
    with olefile.OleFileIO(io.BytesIO(data)) as mail:
        folders = sorted({path[0] for path in mail.listdir(storages=True) if path[0].startswith(_ATTACHMENT)})
        for number, folder in enumerate(folders, 1):
            names = (_stream(mail, name, f"{folder}/") for name in _FILE_NAMES)
            name = _file_name(next(filter(None, names), ""), number)
            is_mail = mail.exists(f"{folder}/{_EMBEDDED}")
            refusal = "a mail within an Outlook mail; save it as a file of its own" if is_mail else ""
            yield Attachment(name=name, data=_bytes(mail, f"{folder}/{_CONTENT}"), refusal=refusal)


def _file_name(name: str, number: int) -> str:
    last = clean_line(name).replace("\\", "/").rpartition("/")[2].strip()
    return last if last.strip(".") else f"part-{number}"


def _extract(*, sender: str, to: str, subject: str, date: str, blocks: list[str]) -> Extract:
    body = canonical_text("\n\n".join(blocks), unwrap=False)
    if not body:
        raise IngestError("no text: the mail's body is blank")
    name, address = (clean_line(part) for part in email.utils.parseaddr(sender))
    named = (("From", f"{address} ({name})" if name and address else sender), ("To", to), ("Subject", subject))
    header = "\n".join(f"{name}: {line}" for name, value in named if (line := clean_line(value)))
    return Extract(
        text=canonical_text(f"{header}\n\n{body}", unwrap=False),
        title=clean_line(subject),
        authors=(name or address,) if name or address else (),
        published=parse_date(date),
    )


def _html_blocks(markup: str) -> list[str]:
    return list(markup_blocks(parse_markup(markup))) if markup.strip() else []


def _stream(mail: olefile.OleFileIO, name: str, folder: str = "") -> str:
    """Return a property's string, from its UTF-16 stream, else from its stream of bytes; "" where there is none."""
    wide = _bytes(mail, f"{folder}__substg1.0_{name}001F")
    if wide:
        return wide.decode("utf-16-le", "replace").rstrip("\x00")
    narrow = _bytes(mail, f"{folder}__substg1.0_{name}001E").rstrip(b"\x00")
    return decode_text(narrow) if narrow else ""


def _bytes(mail: olefile.OleFileIO, name: str) -> bytes:
    if not mail.exists(name):
        return b""
    content: bytes = mail.openstream(name).read()
    return content
