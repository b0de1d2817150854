"""Languages of texts that don't name their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cleaning.languages import recognise_language
from ingest.readers.files import read_file
from ingest.records import Document

TEXTS = {
    "en": "The ministers of both countries met in the capital on Monday and signed the agreement that was announced.",
    "de": "Die Minister der beiden Länder trafen sich Montag in der Hauptstadt und haben ein Abkommen unterzeichnet.",
    "fr": "Les ministres des deux pays se sont réunis lundi dans la capitale et ont signé un accord sur le commerce.",
    "es": "Los ministros de los dos países se reunieron el lunes en la capital y firmaron un acuerdo sobre comercio.",
    "pt": "Os ministros dos dois países reuniram-se na capital na segunda-feira e assinaram um acordo que não é novo.",
    "it": "I ministri dei due paesi si sono incontrati nella capitale e hanno firmato un accordo, che non è nuovo.",
    "nl": "De ministers van de twee landen kwamen maandag in de hoofdstad bijeen en hebben het akkoord niet getekend.",
    "pl": "Ministrowie obu krajów spotkali się w poniedziałek w stolicy i podpisali umowę, która nie jest nowa.",
    "ru": "Министры двух стран встретились в понедельник в столице и подписали соглашение о торговле, но не все.",
    "uk": "Міністри двох країн зустрілися в понеділок у столиці та підписали угоду про торгівлю, але це не все.",
    "ar": "اجتمع الوزراء في العاصمة يوم الاثنين من أجل الاتفاق الذي أعلن عنه في وقت سابق من هذا العام بين البلدين",
    "fa": "وزیران دو کشور روز دوشنبه در پایتخت با هم دیدار کردند و این توافق را که از پیش اعلام شده است امضا کردند",
    "hi": "दोनों देशों के मंत्री सोमवार को राजधानी में मिले और उन्होंने व्यापार के समझौते पर हस्ताक्षर किए जो नया है",
    "zh": "两国部长星期一在首都会晤，并签署了贸易协定。",
    "ja": "両国の大臣は月曜日に首都で会談し、貿易協定に署名した。",
    "ko": "양국 장관은 월요일 수도에서 만나 무역 협정에 서명했다.",
    "el": "Οι υπουργοί των δύο χωρών συναντήθηκαν τη Δευτέρα.",
    "th": "รัฐมนตรีของทั้งสองประเทศพบกันเมื่อวันจันทร์",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_sentence_of_news_tells_its_language(language: str) -> None:
    assert recognise_language(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text",
    ["", "  ", "12.5 | 33 | 41", "佐藤太郎 | 三宅英子 | 名古屋市", "Reuters", "def main(): return x * y / z " * 10],
)
def test_what_tells_no_language_has_none(text: str) -> None:
    assert recognise_language(text) == ""


def test_two_languages_in_equal_parts_are_none() -> None:
    assert recognise_language("the of and der die und " * 5) == ""


@given(st.text(max_size=200))
def test_no_text_makes_it_raise(text: str) -> None:
    assert len(recognise_language(text)) in (0, 2)


def test_files_get_it_unless_they_name_another(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXTS["de"], encoding="utf-8")
    (tmp_path / "b.md").write_text(f"---\nlanguage: gsw\n---\n\n{TEXTS['de']}", encoding="utf-8")
    found = [item for name in ("a.txt", "b.md") for item in read_file(str(tmp_path / name))]
    assert [item.language for item in found if isinstance(item, Document)] == ["de", "gsw"]
