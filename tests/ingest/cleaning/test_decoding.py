"""Encodings: marks, declarations, and legacy texts too short for statistics."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cleaning.decoding import decode_text
from ingest.readers.text import extract_text
from rag.errors import IngestError

SHORT = {
    "cp1252": [
        "Café",
        "Été",
        "Le président a été élu à la majorité.",
        "Ça va? Très bien, merci – à bientôt…",
        "El niño comió piñón en España.",
        "São Paulo não é a capital",
        "Die Gäste hörten „grüße“.",
        "Göteborg åäö",
        "“Quoted” text — it’s fine",
        "£5 million",
    ],
    "cp1250": [
        "Szczyt rozpoczął się w środę. Premier powiedział, że będzie więcej pieniędzy.",
        "Příliš žluťoučký kůň úpěl ďábelské ódy.",
        "Źle",
    ],
    "cp1251": ["Мир", "Привет", "Премьер-министр встретился с президентом, сообщает Reuters.", "Це добре, Київ."],
    "koi8_r": ["Саммит открылся в Астане в среду утром."],
    "cp1253": ["Η σύνοδος κορυφής άρχισε την Τετάρτη στην Αστάνα."],
    "cp1255": ["הפסגה נפתחה ביום רביעי באסטנה."],
    "cp1256": ["افتتحت القمة يوم الأربعاء في أستانا."],
    "cp932": [
        "両国の大臣は月曜日に会談し、貿易協定に署名した。",
        "名前,年齢,住所\n髙橋淳,35,名古屋\n",
        "首脳会議は水曜日にアスタナで始まりました。",
        "ニュース",
        "東京",
    ],
    "euc_jp": ["首脳会議は水曜日にアスタナで始まりました。"],
    "gb18030": ["峰会星期三在阿斯塔纳开幕，各国领导人出席了会议。"],
    "big5": ["高峰會星期三在阿斯塔納開幕，各國領導人出席了會議。"],
    "cp949": ["양국 장관은 월요일 서울에서 만나 협정에 서명했다.", "정상회담이 수요일 아스타나에서 열렸다."],
}
"""Sentences as news write them, in the encodings that old files are in."""


@pytest.mark.parametrize(("encoding", "text"), [(encoding, text) for encoding in SHORT for text in SHORT[encoding]])
def test_short_legacy_texts_are_recognised(encoding: str, text: str) -> None:
    assert decode_text(text.encode(encoding)) == text


@pytest.mark.parametrize(("encoding", "text"), [(encoding, texts[-1]) for encoding, texts in SHORT.items()])
def test_long_legacy_texts_are_recognised_though_the_sample_is_cut(encoding: str, text: str) -> None:
    assert decode_text((text * 3000).encode(encoding)) == text * 3000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", ["A plain line, and one more.", "Привет, мир и все остальные."])
def test_unicode_is_recognised_also_without_a_mark(encoding: str, text: str) -> None:
    assert decode_text(text.encode(encoding)) == text
    assert decode_text(text.encode(encoding), "cp1251") == text


def test_seven_bit_japanese_is_recognised() -> None:
    assert decode_text("首脳会議は水曜日に".encode("iso2022_jp")) == "首脳会議は水曜日に"


@pytest.mark.parametrize(
    ("encoding", "declared", "text"),
    [
        ("iso-8859-2", "ISO-8859-2", "Żółw"),
        ("cp1252", "iso-8859-1", "“Café”"),
        ("cp932", "Shift_JIS", "髙橋"),
        ("gb18030", '"GB2312"', "镕基"),
        ("cp1251", "windows-1251", "Мир"),
    ],
)
def test_a_declaration_is_believed_where_it_can_be(encoding: str, declared: str, text: str) -> None:
    assert decode_text(text.encode(encoding), declared) == text


@pytest.mark.parametrize("declared", ["ascii", "utf-16", "no-such-encoding", "base64", "", "utf-8"])
def test_a_declaration_that_can_not_be_is_passed_over(declared: str) -> None:
    assert decode_text("Le président élu à Żółw".encode(), declared) == "Le président élu à Żółw"
    assert decode_text("Привет, мир".encode("cp1251"), "utf-8") == "Привет, мир"


def test_a_single_nul_is_no_reason_to_refuse_a_text() -> None:
    assert decode_text(b"It rained \x00 today.") == "It rained \x00 today."


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        assert isinstance(decode_text(data), str)
    except IngestError as exc:
        assert "text" in str(exc)


@given(st.text(max_size=200))
def test_utf8_is_never_taken_for_anything_else(text: str) -> None:
    data = text.encode("utf-8", "replace")
    try:
        decoded = decode_text(data, "cp1251")
    except IngestError:
        return
    assert (
        decoded in (data.decode(), data.decode("utf-8-sig"))
        or b"\x1b$" in data
        or b"\x00" in data
        or data[:1] > b"\xee"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_text_with_a_byte_order_mark_or_utf8_is_decoded(encoding: str) -> None:
    assert extract_text("Café “Astana”".encode(encoding)).text == "Café “Astana”"


def test_a_declared_encoding_is_used_unless_the_text_is_utf8() -> None:
    assert decode_text("Żółw".encode("iso-8859-2"), "iso-8859-2") == "Żółw"
    assert decode_text("Żółw".encode(), "iso-8859-2") == "Żółw"
    assert decode_text("Żółw".encode(), "no-such-encoding") == "Żółw"


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00\x00", bytes(range(1, 9)) * 50, b"\xff\xfe\x00"])
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(IngestError):
        decode_text(data)
