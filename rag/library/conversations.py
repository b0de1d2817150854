"""The conversations in the catalog's file: their turns with whole answers, and the feedback on them.

Every call names an owner, and sees that owner's conversations only. Answers are kept as JSON objects and given back
unchanged; `rag/transcripts.py` renders them.
"""

from __future__ import annotations

import textwrap
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from rag.errors import ConversationNotFoundError
from rag.library.conversation_records import (
    Conversation,
    ConversationPage,
    ConversationSummary,
    ConversationTurn,
    Feedback,
    RatedTurn,
    TurnStatus,
)
from rag.library.database import Database
from rag.library.schema import conversations, feedback, turns

KEPT_DELETED = timedelta(days=30)
"""How long a deleted conversation can be restored. The first deletion after that removes it for good."""

TITLE_CHARS_MAX = 80
"""Longest title that is made of a question."""


class Conversations:
    """The conversations of a library; safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        """Take the catalog's open file, which the catalog closes."""
        self._database = database

    def create(self, title: str = "", *, owner: str = "") -> ConversationSummary:
        """Return a new conversation without turns. Without a title it gets one from its first question."""
        now = _now()
        made = ConversationSummary(id=uuid.uuid4().hex, title=_clean(title), owner=owner, created=now, updated=now)
        row = {"id": made.id, "title": made.title, "owner": owner, "created": now, "updated": now}
        with self._database.write() as connection:
            connection.execute(sa.insert(conversations), row)
        return made

    def add_turn(
        self,
        conversation_id: str,
        question: str,
        answer: Mapping[str, Any] | None = None,
        *,
        status: TurnStatus = "answered",
        options: Mapping[str, Any] | None = None,
        error: str = "",
        owner: str = "",
    ) -> ConversationTurn:
        """Add a turn to the end of a conversation, and return it.

        Args:
            conversation_id: of a conversation that isn't deleted.
            question: as the person wrote it.
            answer: the JSON object of `rag.serialization.render_answer`; None where there is no answer.
            status: how the turn ended.
            options: what was chosen for the question, such as `kind` and `filters`, as JSON values.
            error: a sentence for the person, where the turn failed.
            owner: whose conversation it is.

        Raises:
            ConversationNotFoundError: the owner has no such conversation.
        """
        turn = ConversationTurn(
            id=str(answer["id"]) if answer else uuid.uuid4().hex,
            question=_clean(question),
            status=status,
            options=dict(options or {}),
            answer=dict(answer) if answer else None,
            error=_clean(error),
            created=_now(),
        )
        title = sa.case((conversations.c.title == "", _title_of(turn.question)), else_=conversations.c.title)
        position = sa.select(sa.func.count()).where(turns.c.conversation_id == conversation_id).scalar_subquery()
        row = {
            "id": turn.id,
            "conversation_id": conversation_id,
            "position": position,
            "question": turn.question,
            "options": turn.options,
            "status": status,
            "answer": sa.null() if turn.answer is None else turn.answer,
            "text": _clean(str(answer["text"])) if answer else "",
            "error": turn.error,
            "created": turn.created,
        }
        with self._database.write() as connection:
            # The update comes first: it takes the file's write lock, so that no other turn gets the same position.
            self._change(connection, conversation_id, owner, title=title, updated=turn.created)
            connection.execute(sa.insert(turns).values(row))
        return turn

    def find(
        self, search: str = "", *, limit: int = 50, offset: int = 0, deleted: bool = False, owner: str = ""
    ) -> ConversationPage:
        """Return a page of conversations, the last changed first.

        Args:
            search: words that all must occur in the title, the questions or the answers; "" finds every conversation.
            limit: the most conversations on the page.
            offset: how many are left out before the page.
            deleted: whether to list deleted conversations instead of the others.
            owner: whose conversations are listed.
        """
        found = [conversations.c.owner == owner, (conversations.c.deleted != "") == deleted]
        found += [_mentions(word.casefold()) for word in _clean(search).split()]
        n_turns = sa.select(sa.func.count()).where(turns.c.conversation_id == conversations.c.id).scalar_subquery()
        order = (conversations.c.updated.desc(), conversations.c.id)
        query = sa.select(conversations, n_turns.label("n_turns")).where(*found).order_by(*order)
        with self._database.read() as connection:
            total = connection.execute(sa.select(sa.func.count()).select_from(conversations).where(*found)).scalar_one()
            rows = connection.execute(query.limit(limit).offset(offset)).all()
        return ConversationPage(conversations=tuple(ConversationSummary(**row._mapping) for row in rows), total=total)

    def load(self, conversation_id: str, *, owner: str = "") -> Conversation:
        """Return a conversation with its turns and their feedback.

        Raises:
            ConversationNotFoundError: the owner has no such conversation, or has deleted it.
        """
        query = sa.select(conversations).where(*_is_own(conversation_id, owner))
        with self._database.read() as connection:
            row = connection.execute(query).first()
            if row is None:
                raise _not_found("conversation", conversation_id)
            own = _select_turns().where(turns.c.conversation_id == conversation_id).order_by(turns.c.position)
            found = connection.execute(own).all()
        return Conversation(
            id=row.id,
            title=row.title,
            owner=row.owner,
            created=row.created,
            updated=row.updated,
            turns=tuple(map(_to_turn, found)),
        )

    def rename(self, conversation_id: str, title: str, *, owner: str = "") -> None:
        """Give a conversation a title; "" takes the beginning of the next question.

        Raises:
            ConversationNotFoundError: the owner has no such conversation.
        """
        with self._database.write() as connection:
            self._change(connection, conversation_id, owner, title=_clean(title))

    def delete(self, conversation_id: str, *, owner: str = "") -> None:
        """Delete a conversation, which `undelete` restores within 30 days.

        Raises:
            ConversationNotFoundError: the owner has no such conversation.
        """
        with self._database.write() as connection:
            self._change(connection, conversation_id, owner, deleted=_now())
            _forget(connection, (datetime.now(UTC) - KEPT_DELETED).isoformat())

    def undelete(self, conversation_id: str, *, owner: str = "") -> None:
        """Restore a deleted conversation; one that isn't deleted stays as it is.

        Raises:
            ConversationNotFoundError: the owner has no such conversation, or deleted it too long ago.
        """
        own = (conversations.c.id == conversation_id, conversations.c.owner == owner)
        with self._database.write() as connection:
            changed = connection.execute(sa.update(conversations).where(*own).values(deleted=""))
        if not changed.rowcount:
            raise _not_found("conversation", conversation_id)

    def rate(self, turn_id: str, given: Feedback, *, owner: str = "") -> Feedback:
        """Keep a person's feedback on a turn instead of an earlier one, and return it with its time.

        Raises:
            ConversationNotFoundError: the owner has no such turn.
        """
        kept = replace(given, note=_clean(given.note), created=_now())
        row = {"rating": kept.rating, "reason": kept.reason, "note": kept.note, "created": kept.created}
        with self._database.write() as connection:
            self._check_turn(connection, turn_id, owner)
            connection.execute(sa.insert(feedback).prefix_with("OR REPLACE"), {"turn_id": turn_id, **row})
        return kept

    def unrate(self, turn_id: str, *, owner: str = "") -> None:
        """Remove the feedback on a turn, if there is any.

        Raises:
            ConversationNotFoundError: the owner has no such turn.
        """
        with self._database.write() as connection:
            self._check_turn(connection, turn_id, owner)
            connection.execute(sa.delete(feedback).where(feedback.c.turn_id == turn_id))

    def rated(self, *, owner: str | None = None) -> list[RatedTurn]:
        """Return the turns with feedback, the oldest feedback first.

        Args:
            owner: whose turns; None for those of all owners, which is for whoever runs the library.
        """
        query = sa.select(turns.c.id, turns.c.conversation_id, conversations.c.owner)
        query = query.join(feedback, feedback.c.turn_id == turns.c.id)
        query = query.join(conversations, conversations.c.id == turns.c.conversation_id)
        query = query.where(conversations.c.deleted == "").order_by(feedback.c.created, turns.c.id)
        if owner is not None:
            query = query.where(conversations.c.owner == owner)
        with self._database.read() as connection:
            found = connection.execute(query).all()
        return [self._with_earlier(row.id, self.load(row.conversation_id, owner=row.owner)) for row in found]

    def _with_earlier(self, turn_id: str, conversation: Conversation) -> RatedTurn:
        place = next(i for i, turn in enumerate(conversation.turns) if turn.id == turn_id)
        return RatedTurn(turn=conversation.turns[place], earlier=conversation.turns[:place])

    def _change(self, connection: sa.Connection, conversation_id: str, owner: str, **values: Any) -> None:
        own = _is_own(conversation_id, owner)
        if not connection.execute(sa.update(conversations).where(*own).values(**values)).rowcount:
            raise _not_found("conversation", conversation_id)

    def _check_turn(self, connection: sa.Connection, turn_id: str, owner: str) -> None:
        query = sa.select(turns.c.id).join(conversations, conversations.c.id == turns.c.conversation_id)
        query = query.where(turns.c.id == turn_id, conversations.c.owner == owner, conversations.c.deleted == "")
        if connection.execute(query).first() is None:
            raise _not_found("answer", turn_id)


def _is_own(conversation_id: str, owner: str) -> tuple[sa.ColumnElement[bool], ...]:
    table = conversations.c
    return table.id == conversation_id, table.owner == owner, table.deleted == ""


def _mentions(word: str) -> sa.ColumnElement[bool]:
    """Return the condition that a conversation has a word, in any case, in its title or in one of its turns."""
    titled, asked, said = (
        sa.func.instr(sa.func.casefold(text), word) > 0
        for text in (conversations.c.title, turns.c.question, turns.c.text)
    )
    own = turns.c.conversation_id == conversations.c.id
    return sa.or_(titled, sa.exists(sa.select(1).select_from(turns).where(own, sa.or_(asked, said))))


def _select_turns() -> sa.Select[Any]:
    rated = (feedback.c.rating, feedback.c.reason, feedback.c.note, feedback.c.created.label("rated"))
    return sa.select(turns, *rated).outerjoin(feedback, feedback.c.turn_id == turns.c.id)


def _to_turn(row: Any) -> ConversationTurn:
    given = Feedback(rating=row.rating, reason=row.reason, note=row.note, created=row.rated) if row.rating else None
    return ConversationTurn(
        id=row.id,
        question=row.question,
        status=row.status,
        options=row.options,
        answer=row.answer,
        error=row.error,
        created=row.created,
        feedback=given,
    )


def _forget(connection: sa.Connection, before: str) -> None:
    """Remove conversations that were deleted before a time, with their turns and feedback."""
    old = sa.select(conversations.c.id).where(conversations.c.deleted != "", conversations.c.deleted < before)
    own = sa.select(turns.c.id).where(turns.c.conversation_id.in_(old))
    connection.execute(sa.delete(feedback).where(feedback.c.turn_id.in_(own)))
    connection.execute(sa.delete(turns).where(turns.c.conversation_id.in_(old)))
    connection.execute(sa.delete(conversations).where(conversations.c.id.in_(old)))


def _title_of(question: str) -> str:
    return textwrap.shorten(question, TITLE_CHARS_MAX, placeholder=" …") or question[:TITLE_CHARS_MAX]


def _clean(text: str) -> str:
    """Return a text that SQLite takes: without halves of surrogate pairs, which a browser can send."""
    return text.strip().encode("utf-8", "replace").decode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _not_found(what: str, wanted: str) -> ConversationNotFoundError:
    return ConversationNotFoundError(
        f"There is no {what} {wanted!r}. It may have been deleted; list the conversations to see which there are."
    )
