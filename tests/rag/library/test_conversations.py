"""Conversations: they outlive the process, belong to their owner, and can be found, renamed, deleted and rated."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import ConversationNotFoundError
from rag.library import conversations as module
from rag.library.catalog import Catalog
from rag.library.conversation_records import ConversationSummary, Feedback
from rag.library.conversations import Conversations
from rag.library.library import Library
from tests.rag.build import article
from tests.rag.library.test_catalog import store


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = Catalog(tmp_path / "catalog.sqlite3")
    yield catalog
    catalog.close()


@pytest.fixture
def conversations(catalog: Catalog) -> Conversations:
    return catalog.conversations


def answer(id_: str = "q1", text: str = "Four partners. [1]") -> dict[str, Any]:
    return {"id": id_, "text": text, "claims": [{"text": "Four “é” 😀"}], "confidence": 0.5, "usage": {}}


def titles(found: Conversations, search: str = "", **options: Any) -> list[str]:
    return [each.title for each in found.find(search, **options).conversations]


def test_a_conversation_comes_back_whole_after_a_restart(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.sqlite3")
    made = catalog.conversations.create()
    options = {"kind": "list", "filters": {"publishers": ["Daily"]}}
    turns = [
        catalog.conversations.add_turn(made.id, "How many partners?", answer(), options=options),
        catalog.conversations.add_turn(made.id, "Who?", status="stopped"),
        catalog.conversations.add_turn(made.id, "When?", status="failed", error="The model did not answer."),
    ]
    catalog.close()

    again = Catalog(tmp_path / "catalog.sqlite3")
    loaded = again.conversations.load(made.id)
    again.close()

    assert loaded.turns == tuple(turns)
    assert loaded.turns[0].answer == answer() and loaded.turns[0].options == options
    assert [(turn.status, turn.error) for turn in loaded.turns[1:]] == [
        ("stopped", ""),
        ("failed", "The model did not answer."),
    ]
    assert (loaded.title, loaded.created) == ("How many partners?", made.created)
    assert loaded.updated == turns[-1].created


def test_a_catalog_of_the_third_schema_gets_conversations(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    catalog = Catalog(path)
    store(catalog, article())
    before = catalog.articles()
    catalog.close()
    connection = sqlite3.connect(path)
    for table in ("conversations", "conversation_turns", "feedback"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("UPDATE meta SET value = '3' WHERE key = 'schema'")
    connection.commit()
    connection.close()

    upgraded = Catalog(path)
    made = upgraded.conversations.create("Kept")
    assert upgraded.articles() == before
    upgraded.close()

    again = Catalog(path)
    assert again.conversations.load(made.id).title == "Kept"
    again.close()


def test_the_title_is_the_first_question_until_somebody_chooses_one(conversations: Conversations) -> None:
    made = conversations.create()
    conversations.add_turn(made.id, "Which of the countries " * 9)
    first = conversations.load(made.id).title
    conversations.add_turn(made.id, "And now?")
    second = conversations.load(made.id).title
    conversations.rename(made.id, " Partners ")
    conversations.add_turn(made.id, "Who?")

    assert first.startswith("Which of the countries") and first.endswith("…") and len(first) <= 80
    assert second == first
    assert conversations.load(made.id).title == "Partners"


def test_the_last_changed_comes_first_and_pages_follow_one_another(conversations: Conversations) -> None:
    made = [conversations.create(f"Talk {number}") for number in range(5)]
    conversations.add_turn(made[1].id, "Once more?")

    page = conversations.find(limit=2)
    rest = conversations.find(limit=2, offset=2)

    assert [each.title for each in page.conversations] == ["Talk 1", "Talk 4"]
    assert [each.title for each in rest.conversations] == ["Talk 3", "Talk 2"]
    assert (page.total, page.conversations[0].n_turns, page.conversations[1].n_turns) == (5, 1, 0)


def test_every_word_of_a_search_must_be_in_title_questions_or_answers(conversations: Conversations) -> None:
    first, second = conversations.create("Élysée"), conversations.create("Bridges")
    conversations.add_turn(first.id, "Who hosts the summit?", answer("a", "Kazakhstan hosts 100% of it_. [1]"))
    conversations.add_turn(second.id, "Who built it?", answer("b", "The city did."))

    assert titles(conversations, "élysée KAZAKHSTAN") == ["Élysée"]
    assert titles(conversations, "who") == ["Bridges", "Élysée"]
    assert titles(conversations, "100% it_") == ["Élysée"]
    assert titles(conversations, "hosts bridges") == titles(conversations, "claims") == []
    assert conversations.find("who", limit=1).total == 2


def test_a_deleted_conversation_is_gone_until_it_is_restored(conversations: Conversations) -> None:
    made = conversations.create("Partners")
    turn = conversations.add_turn(made.id, "How many?", answer())
    conversations.delete(made.id)

    assert titles(conversations) == [] and titles(conversations, deleted=True) == ["Partners"]
    for action in (
        lambda: conversations.load(made.id),
        lambda: conversations.add_turn(made.id, "Why?"),
        lambda: conversations.rename(made.id, "Other"),
        lambda: conversations.delete(made.id),
        lambda: conversations.rate(turn.id, Feedback(rating="good")),
    ):
        with pytest.raises(ConversationNotFoundError):
            action()

    conversations.undelete(made.id)
    conversations.undelete(made.id)

    assert conversations.load(made.id).turns == (turn,)


def test_long_deleted_conversations_are_removed_with_all_that_was_in_them(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT_DELETED", timedelta(0))
    conversations = catalog.conversations
    old, kept, new = (conversations.create(name) for name in ("old", "kept", "new"))
    for each in (old, kept, new):
        turn = conversations.add_turn(each.id, "How many?")
        conversations.rate(turn.id, Feedback(rating="good"))
    conversations.delete(old.id)
    conversations.delete(new.id)

    with pytest.raises(ConversationNotFoundError):
        conversations.undelete(old.id)
    with catalog._database.read() as connection:
        left = [
            len(connection.exec_driver_sql(f"SELECT * FROM {name}").all())
            for name in ("conversation_turns", "feedback")
        ]
    assert titles(conversations) == ["kept"] and max(left) <= 2


def test_feedback_is_kept_with_its_turn_and_can_be_changed_and_taken_back(conversations: Conversations) -> None:
    made = conversations.create()
    turn = conversations.add_turn(made.id, "How many?", answer())
    conversations.rate(turn.id, Feedback(rating="good"))
    given = conversations.rate(turn.id, Feedback(rating="bad", reason="wrong_citation", note=" The other article. "))

    assert conversations.load(made.id).turns[0].feedback == given
    assert (given.reason, given.note) == ("wrong_citation", "The other article.") and given.created

    conversations.unrate(turn.id)
    assert conversations.load(made.id).turns[0].feedback is None


def test_rated_turns_come_with_those_before_them(conversations: Conversations) -> None:
    made = conversations.create()
    turns = [conversations.add_turn(made.id, f"Question {number}?", answer(f"q{number}")) for number in range(3)]
    conversations.rate(turns[2].id, Feedback(rating="bad"))
    conversations.rate(turns[0].id, Feedback(rating="good"))

    rated = conversations.rated()

    assert [each.turn.id for each in rated] == ["q2", "q0"]
    assert [turn.id for turn in rated[0].earlier] == ["q0", "q1"] and rated[1].earlier == ()
    assert rated[0].turn.feedback is not None and rated[0].turn.feedback.rating == "bad"


def test_another_owner_sees_and_changes_nothing(conversations: Conversations) -> None:
    mine = conversations.create("Mine", owner="ann")
    turn = conversations.add_turn(mine.id, "How many?", answer(), owner="ann")
    conversations.rate(turn.id, Feedback(rating="good"), owner="ann")
    before = conversations.load(mine.id, owner="ann")

    for other in ("bob", "", "ANN"):
        assert conversations.find(owner=other).total == conversations.find(owner=other, deleted=True).total == 0
        assert conversations.rated(owner=other) == []
        for action in (
            lambda other=other: conversations.load(mine.id, owner=other),
            lambda other=other: conversations.add_turn(mine.id, "Why?", owner=other),
            lambda other=other: conversations.rename(mine.id, "Theirs", owner=other),
            lambda other=other: conversations.delete(mine.id, owner=other),
            lambda other=other: conversations.undelete(mine.id, owner=other),
            lambda other=other: conversations.rate(turn.id, Feedback(rating="bad"), owner=other),
            lambda other=other: conversations.unrate(turn.id, owner=other),
        ):
            with pytest.raises(ConversationNotFoundError):
                action()

    assert conversations.load(mine.id, owner="ann") == before
    assert len(conversations.rated()) == 1


def test_turns_of_several_threads_all_arrive(conversations: Conversations, catalog: Catalog) -> None:
    made = conversations.create()

    def ask(name: int) -> None:
        for number in range(5):
            conversations.add_turn(made.id, f"{name}.{number}")

    threads = [threading.Thread(target=ask, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    asked = [turn.question for turn in conversations.load(made.id).turns]
    with catalog._database.read() as connection:
        positions = connection.exec_driver_sql("SELECT position FROM conversation_turns ORDER BY 1").scalars().all()
    assert sorted(asked) == [f"{name}.{number}" for name in range(4) for number in range(5)]
    assert positions == list(range(20))


def test_conversations_are_written_while_articles_are(library: Library) -> None:
    with library.writing():
        made = library.conversations.create("Beside an ingest")

    assert isinstance(made, ConversationSummary) and library.conversations.load(made.id).title == "Beside an ingest"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text())
def test_any_text_is_kept(conversations: Conversations, text: str) -> None:
    made = conversations.create(text)
    turn = conversations.add_turn(made.id, f"{text}\ud800", answer(f"of {made.id}", f"{text}\udfff"))

    loaded = conversations.load(made.id).turns[0]

    assert loaded == turn and loaded.question == f"{text}?".strip()
    assert loaded.answer is not None and loaded.answer["text"] == f"{text}\udfff"
    assert conversations.find(f"{text}\ud800").total >= 1
