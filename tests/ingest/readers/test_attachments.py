"""What is attached to mails: an outcome for each, within the bounds of archives."""

from __future__ import annotations

from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import ClassVar

import pytest

from ingest.readers import files, members
from ingest.readers.files import read_items
from ingest.readers.limits import Limits
from ingest.readers.mail import list_attachments
from ingest.readers.members import Attachment
from ingest.records import Begun
from tests.ingest.readers.test_archives import read, zip_of


def mail(subject: str, body: str = "They met.\n") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = "Jane <jane@example.org>", subject
    if body:
        message.set_content(body)
        message.add_alternative(f"<p>{body}</p>", subtype="html")
    return message


def attach(message: EmailMessage, name: str, data: bytes) -> None:
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)


def test_documents_are_articles_of_their_own_and_nothing_is_passed_over_in_silence(tmp_path: Path) -> None:
    message = mail("Two reports")
    attach(message, "report.md", b"# Report\n\nIt rained.")
    attach(message, "report.md", b"# Report\n\nIt shone.")
    attach(message, "logo.png", b"\x89PNG")
    attach(message, "../../away/notes.zip", zip_of({"a.txt": b"A note."}))
    attach(message, "empty.txt", b"")
    message.add_attachment(mail("Forwarded"))
    path = tmp_path / "mail.eml"
    path.write_bytes(message.as_bytes())
    assert read(path) == {
        "": "From: jane@example.org (Jane)\nSubject: Two reports\n\nThey met.",
        "report.md": "Report\n\nIt rained.",
        "report (2).md": "Report\n\nIt shone.",
        "logo.png": "skipped: unsupported kind of file",
        "notes.zip!/a.txt": "A note.",
        "empty.txt": "failed: empty file",
        "Forwarded.eml": "From: jane@example.org (Jane)\nSubject: Forwarded\n\nThey met.",
    }


def test_a_mail_that_only_carries_a_document_is_no_failure(tmp_path: Path) -> None:
    message = mail("Attached", body="")
    attach(message, "a.txt", b"It rained.")
    path = tmp_path / "mail.eml"
    path.write_bytes(message.as_bytes())
    assert read(path) == {"": "skipped: no text: the mail has no body of text", "a.txt": "It rained."}


def test_mails_in_mails_are_read_to_a_depth(tmp_path: Path) -> None:
    message = mail("0")
    for number in range(1, 5):
        outer = mail(str(number))
        outer.add_attachment(message)
        message = outer
    path = tmp_path / "mail.eml"
    path.write_bytes(message.as_bytes())
    *read_ones, too_deep = read(path).values()
    assert [text.split("\n")[1] for text in read_ones] == [f"Subject: {number}" for number in (4, 3, 2, 1)]
    assert too_deep == "failed: mails and archives are nested more than 3 deep"


def test_attachments_keep_to_the_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = mail("Much")
    attach(message, "bomb.zip", zip_of({"a.txt": b"a" * 3_000_000}))
    attach(message, "second.txt", b"It rained.")
    attach(message, "third.txt", b"It shone.")
    path = tmp_path / "mail.eml"
    path.write_bytes(message.as_bytes())
    found = read(path, Limits(max_file_bytes=100_000))
    assert found["bomb.zip!/a.txt"].startswith("failed: packed more than")
    assert found["third.txt"] == "It shone."
    monkeypatch.setattr(files, "MAX_MEMBERS", 2)
    monkeypatch.setattr(members.Budget, "__init__", lambda self: _set(self, 2))
    assert "more than 2 files in it" in read(path)[""]


def _set(budget: members.Budget, n_members: int) -> None:
    budget.n_members, budget.n_bytes = n_members, 1_000_000


def test_what_was_begun_can_be_passed_over(tmp_path: Path) -> None:
    message = mail("Two")
    attach(message, "a.txt", b"It rained.")
    attach(message, "b.txt", b"It shone.")
    path = tmp_path / "mail.eml"
    path.write_bytes(message.as_bytes())
    begun = [item.source for item in read_items(str(path), Limits()) if isinstance(item, Begun)]
    assert begun == [str(path), f"{path}!/a.txt", f"{path}!/b.txt"]
    left = [item.source for item in read_items(str(path), Limits(), skip=2)]
    assert left == [f"{path}!/b.txt"] * 2


class FakeOutlookFile:
    """The streams of an Outlook mail by their path, as olefile gives them."""

    streams: ClassVar[dict[str, bytes]] = {
        "__attach_version1.0_#00000000/__substg1.0_3707001F": "Résumé.txt".encode("utf-16-le"),
        "__attach_version1.0_#00000000/__substg1.0_37010102": b"It rained.",
        "__attach_version1.0_#00000001/__substg1.0_3001001E": b"Forwarded",
        "__attach_version1.0_#00000001/__substg1.0_3701000D/__substg1.0_1000001F": b"",
    }

    def __init__(self, _: object) -> None:
        pass

    def __enter__(self) -> FakeOutlookFile:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def listdir(self, *, storages: bool) -> list[list[str]]:
        return [path.split("/") for path in self.streams]

    def exists(self, path: str) -> bool:
        return any(f"{each}/".startswith(f"{path}/") for each in self.streams)

    def openstream(self, path: str) -> BytesIO:
        return BytesIO(self.streams[path])


def test_attachments_of_an_outlook_mail_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.mail.olefile.OleFileIO", FakeOutlookFile)
    first, second = list_attachments(b"", is_outlook=True)
    assert first == Attachment(name="Résumé.txt", data=b"It rained.")
    assert (second.name, second.data) == ("Forwarded", b"") and "save it as a file of its own" in second.refusal
