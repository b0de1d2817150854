"""The cross-encoder at work on a tiny graph: windows, order, calibration, threads, and clear errors."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelCorruptError, ModelNotFoundError
from rag.models.cross_encoders import OnnxCrossEncoder

onnx = pytest.importorskip("onnx")
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "gold", "sand", "ask"]
GOLD = WORDS.index("gold")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model that says "found" (logit 2 against 0) where any token is "gold"."""
    from onnx import TensorProto, helper
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit

    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "length"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    nodes = [
        helper.make_node("Equal", ["input_ids", "gold"], ["is_gold"]),
        helper.make_node("Cast", ["is_gold"], ["value"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMax", ["value"], ["any"], axes=[1], keepdims=1),
        helper.make_node("Mul", ["any", "weights"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        inputs,
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 2])],
        [
            helper.make_tensor("gold", TensorProto.INT64, [], [GOLD]),
            helper.make_tensor("weights", TensorProto.FLOAT, [1, 2], [0.0, 2.0]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(tmp_path / "model.onnx"))
    _write_config(tmp_path)
    return tmp_path


def _write_config(folder: Path, **changes: object) -> None:
    config = {
        "name": "tiny", "labels": ["missing", "found"], "positive": "found", "max_length": 12,
        "temperature": 1.0, "bias": [0.0, 0.0],
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config | changes))


def test_probabilities_stay_in_the_order_of_the_pairs(folder: Path) -> None:
    encoder = OnnxCrossEncoder(folder, 1)
    pairs = [("ask", "sand " * (i % 5 + 1) + ("gold" if i % 3 == 0 else "sand")) for i in range(40)]
    result = encoder.predict(pairs)
    assert result.shape == (40, 2)
    np.testing.assert_allclose(result.sum(axis=1), 1)
    np.testing.assert_array_equal(result[:, 1] > 0.6, [i % 3 == 0 for i in range(40)])


@pytest.mark.parametrize("position", [0, 7, 8, 9, 30, 99])
def test_the_best_window_of_a_long_text_counts(folder: Path, position: int) -> None:
    words = ["sand"] * 100
    words[position] = "gold"
    assert OnnxCrossEncoder(folder, 1).predict([("ask", " ".join(words))])[0, 1] > 0.6


def test_windows_fit_and_overlap(folder: Path) -> None:
    encoder = OnnxCrossEncoder(folder, 1)
    windows = encoder._windows([("ask", " ".join(["sand"] * 50)), ("ask " * 40, "gold " * 30), ("ask", "")])
    assert all(len(left) + len(right) + 3 <= 12 for _, left, right in windows)
    assert {number for number, _, _ in windows} == {0, 1, 2}
    covered = sum(len(right) for number, _, right in windows if number == 0)
    assert covered > 50


def test_no_pairs_and_empty_texts(folder: Path) -> None:
    encoder = OnnxCrossEncoder(folder, 1)
    assert encoder.predict([]).shape == (0, 2)
    assert encoder.predict([("", ""), ("ask", "")])[:, 1] == pytest.approx([0.5, 0.5])


def test_temperature_and_bias_are_applied(folder: Path) -> None:
    _write_config(folder, temperature=2.0, bias=[1.0, 0.0])
    # logits (0, 2) / 2 + (1, 0) = (1, 1)
    assert OnnxCrossEncoder(folder, 1).predict([("ask", "gold")])[0] == pytest.approx([0.5, 0.5])


def test_threads_get_their_own_results(folder: Path) -> None:
    encoder = OnnxCrossEncoder(folder, 1)
    texts = [[("ask", "gold" if i % 2 else "sand")] * 5 for i in range(32)]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(encoder.predict, texts))
    for i, result in enumerate(results):
        assert ((result[:, 1] > 0.6) == bool(i % 2)).all()


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelNotFoundError, match=r"tokenizer\.json"):
        OnnxCrossEncoder(folder)


@pytest.mark.parametrize("changes", [{"positive": "other"}, {"temperature": 0}, {"bias": [1.0]}, {"labels": 3}])
def test_a_wrong_configuration_is_refused(folder: Path, changes: dict[str, object]) -> None:
    _write_config(folder, **changes)
    with pytest.raises(ModelCorruptError):
        OnnxCrossEncoder(folder)


def test_a_broken_model_is_refused(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(b"nothing")
    with pytest.raises(ModelCorruptError, match="can't be loaded"):
        OnnxCrossEncoder(folder)
