"""Remembered vectors: the same as the model's, and each text embedded once while it is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from rag.models.remembering import RememberingEmbeddings
from tests.fakes import BagOfWordsEmbeddings

texts = st.lists(st.sampled_from(["ferry", "tunnel", "bridge", "", "old bridge"]), max_size=6)


@given(st.lists(texts, max_size=5), st.integers(0, 3))
def test_the_vectors_are_those_of_the_model_in_the_order_of_the_texts(asked: list[list[str]], n_kept: int) -> None:
    model = BagOfWordsEmbeddings()
    remembering = RememberingEmbeddings(model, n_kept=n_kept)
    for batch in asked:
        assert remembering.embed_documents(batch) == model.embed_documents(batch)


def test_a_text_that_is_kept_is_not_embedded_again() -> None:
    model = BagOfWordsEmbeddings()
    remembering = RememberingEmbeddings(model, n_kept=2)
    remembering.embed_documents(["a", "b", "a"])
    remembering.embed_documents(["b", "a"])
    assert model.n_embedded == 2
    remembering.embed_documents(["c"])  # "b" was used before "a", and gives way
    remembering.embed_documents(["a"])
    assert model.n_embedded == 3
    remembering.embed_documents(["b"])
    assert model.n_embedded == 4


def test_a_question_and_the_models_limits_are_passed_on() -> None:
    model = BagOfWordsEmbeddings("fake:other")
    remembering = RememberingEmbeddings(model)
    assert (remembering.name, remembering.max_tokens) == ("fake:other", model.max_tokens)
    assert remembering.embed_query("ferry") == model.embed_query("ferry")
    assert remembering.count_tokens(["old ferry", ""]) == model.count_tokens(["old ferry", ""])


def test_several_threads_get_their_own_vectors() -> None:
    model = BagOfWordsEmbeddings()
    remembering = RememberingEmbeddings(model, n_kept=3)
    asked = [[f"text {n % 7}", f"text {n % 5}"] for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(remembering.embed_documents, asked))
    assert found == [model.embed_documents(batch) for batch in asked]
