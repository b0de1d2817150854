"""Remembered vectors: a text is embedded once, and the latest used are kept."""

from __future__ import annotations

from rag.models.remembering import RememberingEmbeddings
from tests.fakes import BagOfWordsEmbeddings


class Counting(BagOfWordsEmbeddings):
    """Counts the texts that it embeds."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded += texts
        return super().embed_documents(texts)


def test_a_text_is_embedded_once_and_vectors_keep_their_order() -> None:
    model = Counting()
    remembering = RememberingEmbeddings(model)
    first = remembering.embed_documents(["a bridge", "a ferry", "a bridge"])
    assert first == BagOfWordsEmbeddings().embed_documents(["a bridge", "a ferry", "a bridge"])
    assert remembering.embed_documents(["a ferry", "a tram"]) == BagOfWordsEmbeddings().embed_documents(
        ["a ferry", "a tram"]
    )
    assert model.embedded == ["a bridge", "a ferry", "a tram"]


def test_the_vectors_used_last_are_kept() -> None:
    model = Counting()
    remembering = RememberingEmbeddings(model, n_kept=2)
    remembering.embed_documents(["a bridge", "a ferry"])
    remembering.embed_documents(["a bridge"])
    remembering.embed_documents(["a tram"])
    remembering.embed_documents(["a bridge"])
    assert model.embedded == ["a bridge", "a ferry", "a tram"]
    remembering.embed_documents(["a ferry"])
    assert model.embedded[-1] == "a ferry"


def test_questions_lengths_and_the_name_are_those_of_the_model() -> None:
    model = Counting()
    remembering = RememberingEmbeddings(model)
    assert remembering.name == model.name and remembering.max_tokens == model.max_tokens
    assert remembering.embed_query("a bridge?") == model.embed_query("a bridge?")
    assert remembering.count_tokens(["a bridge"]) == model.count_tokens(["a bridge"])
