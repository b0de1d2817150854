"""Mails: header, body and attachments."""

from __future__ import annotations

from email.message import EmailMessage

from ingest.readers.mail import extract_eml, list_attachments


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in headers.items():
        message[name] = value
    return message


def test_a_mail_gives_body_subject_sender_and_date() -> None:
    message = mail(
        From="Jané Doe <jane@example.org>",
        To="wire@example.org",
        Subject="Leaders meet",
        Date="Wed, 03 Jul 2024 10:30:00 +0500",
    )
    message.set_content("They met.\n\nThey left.\n")
    message.add_alternative("<p>Another wording.</p>", subtype="html")
    message.add_attachment(b"secret", maintype="application", subtype="octet-stream", filename="a.bin")
    extract = extract_eml(message.as_bytes())
    assert extract.text.split("\n\n") == [
        "From: jane@example.org (Jané Doe)\nTo: wire@example.org\nSubject: Leaders meet",
        "They met.",
        "They left.",
    ]
    assert (extract.title, extract.authors) == ("Leaders meet", ("Jané Doe",))
    assert extract.published == "2024-07-03T10:30:00+05:00"


def test_a_mail_in_html_alone_is_read_without_its_markup() -> None:
    message = mail(Subject="News")
    message.set_content("<style>p{}</style><p>They <i>met</i>.</p><ul><li>a</li><li>b</li></ul>", subtype="html")
    assert extract_eml(message.as_bytes()).text == "Subject: News\n\nThey met.\n\n- a\n- b"


def test_a_mail_that_is_written_around_its_attachments_is_read_to_its_end() -> None:
    message = mail(Subject="News")
    message.set_content("They met.\n")
    message.add_attachment(b"secret", maintype="application", subtype="octet-stream", filename="a.bin")
    message.add_attachment("They left.\n", disposition="inline")
    message.add_attachment("<p>They <i>slept</i>.</p>", subtype="html", disposition="inline")
    message.add_attachment("A note of its own.\n", filename="note.txt")
    assert extract_eml(message.as_bytes()).text == "Subject: News\n\nThey met.\n\nThey left.\n\nThey slept."
    assert [each.name for each in list_attachments(message.as_bytes(), is_outlook=False)] == ["a.bin", "note.txt"]
