from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.data.attacks import POSITIONS, choose_attacks, load_attacks, plant
from eval.records import Attack
from rag.errors import DatasetError
from tests.eval.builders import BRIDGE, COST, MUSEUM, OPENED, VISITORS, make_question

ATTACKS = [("a", "One."), ("a", "Two."), ("b", "Three."), ("b", "Four.")]


def test_gold_articles_get_three_different_attacks_drawn_by_seed() -> None:
    questions = [make_question(articles=("museum.md",))]
    chosen = choose_attacks([BRIDGE, MUSEUM], questions, ATTACKS, 1)
    assert [attack.position for attack in chosen] == list(POSITIONS)
    assert {attack.source for attack in chosen} == {MUSEUM.source}
    assert len({attack.text for attack in chosen}) == 3
    assert chosen == choose_attacks([MUSEUM, BRIDGE], questions, ATTACKS[::-1], 1)


def test_attacks_stand_on_lines_of_their_own_and_no_sentence_is_cut() -> None:
    attacks = [
        Attack(text=text, kind="k", position=position, source=MUSEUM.source)
        for text, position in zip(("One.", "Two.", "Three."), POSITIONS, strict=True)
    ]
    planted = plant(MUSEUM, attacks)
    assert planted.text == f"One.\n{OPENED} {COST}\nTwo.\n{VISITORS}\nThree."
    assert plant(BRIDGE, attacks) == BRIDGE


@pytest.mark.parametrize("content", ["[1]", '{"a": "b"}', "nonsense", '{"a": ["x"]}'])
def test_a_file_of_another_form_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "attacks.json"
    path.write_text(content)
    with pytest.raises(DatasetError, match=r"attacks\.json"):
        load_attacks(path)


def test_attacks_are_read_with_their_kinds(tmp_path: Path) -> None:
    path = tmp_path / "attacks.json"
    path.write_text(json.dumps({"a": ["One.", " Two. ", ""], "b": ["Three."]}))
    assert load_attacks(path) == [("a", "One."), ("a", "Two."), ("b", "Three.")]
