from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.reports.ablation import ablation_fields, build_ingredient, render_ablation
from eval.reports.building import build_report
from eval.running.ablating import WHOLE, AblationPlan, chosen_ingredients, run_ablation
from eval.running.evaluation import Run
from rag.errors import SettingsError
from rag.settings import load_settings
from rag.wiring import INGREDIENTS
from tests.eval.conftest import QUESTIONS
from tests.fakes import BagOfWordsEmbeddings, ScriptedChatModel

REPLIES = ["All 212 passengers of the ferry Aurora were saved."] * 40
TWO = ("dates", "suggestions")
ONE = "suggestions"


@pytest.fixture
def ablation(tmp_path: Path, articles_dir: Path, dataset: Path) -> AblationPlan:
    return AblationPlan(dataset=dataset, directory=tmp_path / "ablation", articles=(str(articles_dir),), only=TWO)


def run(plan: AblationPlan, llm: ScriptedChatModel) -> dict[str, Run]:
    return dict(
        run_ablation(plan, load_settings(checker="builtin:signals"), llm=llm, embeddings=BagOfWordsEmbeddings())
    )


def test_all_ingredients_are_switched_off_unless_some_are_named() -> None:
    assert chosen_ingredients(()) == list(INGREDIENTS)
    assert chosen_ingredients(TWO[::-1]) == list(TWO)


def test_the_data_set_is_run_whole_and_without_each_ingredient(ablation: AblationPlan) -> None:
    runs = run(ablation, ScriptedChatModel(*REPLIES))
    assert list(runs) == [WHOLE, *TWO]
    assert all(len(each.scored) == len(QUESTIONS) for each in runs.values())
    assert runs[ONE].manifest["target"] == f"footnote without {ONE}"


def test_a_prompt_is_asked_once_for_all_runs(ablation: AblationPlan) -> None:
    llm = ScriptedChatModel(*REPLIES)
    runs = run(ablation, llm)
    assert len(llm.prompts) == len(set(llm.prompts))
    [whole], [without] = (
        [s.case.answer for s in runs[name].scored if s.case.question.id == "ferry"] for name in ("", ONE)
    )
    assert without.text == whole.text and without.usage == whole.usage
    assert "replayed" not in whole.timings_ms and 0 < without.timings_ms["replayed"] < without.timings_ms["total"]


def test_an_interrupted_ablation_goes_on_where_it_stopped(ablation: AblationPlan) -> None:
    run(replace(ablation, only=(ONE,)), ScriptedChatModel(*REPLIES))
    last = ablation.run_directory(ONE) / "results.jsonl"
    last.write_text("".join(last.read_text().splitlines(keepends=True)[:2]))
    again = run(replace(ablation, only=(ONE,)), ScriptedChatModel())
    assert len(again[ONE].scored) == len(QUESTIONS)
    assert not any(scored.case.result.error for scored in again[ONE].scored)


def test_an_unknown_ingredient_is_refused_before_anything_is_asked(ablation: AblationPlan) -> None:
    with pytest.raises(SettingsError, match="garlic"):
        run(replace(ablation, only=("garlic",)), ScriptedChatModel())
    assert not ablation.directory.exists()


def test_the_table_has_a_row_for_each_ingredient(ablation: AblationPlan) -> None:
    reports = {name: build_report(each) for name, each in run(ablation, ScriptedChatModel(*REPLIES)).items()}
    whole = reports.pop(WHOLE)
    rows = [build_ingredient(name, INGREDIENTS[name].does, whole, report) for name, report in reports.items()]
    text = render_ablation(rows, whole)
    assert all(f"\n| {name} | " in text and f"\n- {name}: {INGREDIENTS[name].does}" in text for name in TWO)
    assert "replayed" in text
    fields: dict[str, Any] = json.loads(json.dumps(ablation_fields(rows, whole)))
    assert [each["name"] for each in fields["ingredients"]] == list(TWO)
