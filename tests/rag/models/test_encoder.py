"""The built-in embeddings in int8: shape, length, limits, and closeness to the original weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelCorruptError
from rag.models.embeddings import load_embeddings
from rag.models.encoder import OnnxEncoder
from rag.settings import load_settings

TEXTS = ["The port of Mombasa reopened on Tuesday.", "", "Grain " * 600, "Le port a rouvert mardi."]


def test_vectors_have_length_one_and_keep_the_order() -> None:
    embeddings = load_embeddings(load_settings())
    vectors = np.asarray(embeddings.embed_documents(TEXTS))
    assert vectors.shape == (4, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-4)
    assert embeddings.embed_documents([]) == []


def test_a_vector_does_not_depend_on_the_texts_beside_it() -> None:
    embeddings = load_embeddings(load_settings())
    together = embeddings.embed_documents(TEXTS)
    assert [embeddings.embed_documents([text])[0] for text in TEXTS] == together


def test_tokens_are_counted_without_cutting() -> None:
    embeddings = load_embeddings(load_settings())
    assert embeddings.count_tokens(["", "Grain", TEXTS[2]]) == [2, 3, 602]
    assert embeddings.max_tokens == 256


def test_a_longer_text_than_it_reads_is_cut_at_its_limit() -> None:
    embeddings = load_embeddings(load_settings())
    cut, whole = embeddings.embed_documents(["Grain " * 254, "Grain " * 600])
    assert np.asarray(cut) @ np.asarray(whole) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.model
def test_int8_stays_close_to_the_original_weights() -> None:
    int8 = load_embeddings(load_settings())
    fp32 = load_embeddings(load_settings(embeddings="builtin:all-MiniLM-L6-v2-fp32"))
    texts = [TEXTS[0], TEXTS[2], TEXTS[3]]
    cosines = (np.asarray(int8.embed_documents(texts)) * np.asarray(fp32.embed_documents(texts))).sum(axis=1)
    assert cosines.min() > 0.97
    assert int8.name != fp32.name


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no model")
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelCorruptError, match=str(tmp_path)):
        OnnxEncoder(tmp_path, max_seq_length=8, threads=1)
