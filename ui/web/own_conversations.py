"""The kept conversations of one person: opened, added to, renamed, deleted, rated and saved as files from the page."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import get_args

from rag.errors import ConversationNotFoundError
from rag.library.conversation_records import ConversationPage, Feedback, FeedbackReason, Rating
from rag.library.conversations import Conversations
from rag.records import Filters
from rag.serialization import render_answer
from ui.errors import render_error
from ui.limits import NOTE_CHARS_MAX, SEARCH_CHARS_MAX, TITLE_CHARS_MAX
from ui.web.conversation import STATUSES, Turns, TurnView, choices, restore_turns

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenConversation:
    """A conversation as the page has it open; without an id one that nothing was asked in yet.

    Attributes:
        filters: the articles that its next question may use.
    """

    id: str = ""
    title: str = ""
    turns: Turns = ()
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class OwnConversations:
    """The conversations of one owner in a store, which keeps those of all."""

    store: Conversations
    owner: str = ""

    def begin(self, conversation_id: str) -> str:
        """Return the id of the conversation, or of a new one where the id is ""."""
        return conversation_id or self.store.create(owner=self.owner).id

    def add(self, conversation_id: str, turn: TurnView) -> TurnView:
        """Keep a finished turn, and return it with the id under which it is kept.

        A turn that can't be kept is returned as it is: the answer is shown all the same.
        """
        answer = render_answer(turn.answer) if turn.answer is not None else None
        status = STATUSES[turn.stage]
        try:
            added = self.store.add_turn(
                conversation_id,
                turn.question,
                answer,
                status=status,
                options=choices(turn),
                error=turn.error,
                owner=self.owner,
            )
        except ConversationNotFoundError:
            log.info("A conversation was deleted before its answer was made")
            return turn
        except Exception as exc:
            render_error(exc, "keeping an answer")
            return turn
        return replace(turn, id=added.id)

    def open(self, conversation_id: str) -> OpenConversation:
        """Return the conversation with its turns, and with the filters of its last question.

        Raises:
            ConversationNotFoundError: there is no such conversation.
        """
        found = self.store.load(conversation_id, owner=self.owner)
        turns = restore_turns(found.turns)
        filters = turns[-1].filters if turns else Filters()
        return OpenConversation(id=found.id, title=found.title, turns=turns, filters=filters)

    def find(self, search: str, limit: int) -> ConversationPage:
        """Return the conversations that mention all words, the last changed first."""
        return self.store.find(search[:SEARCH_CHARS_MAX], limit=limit, owner=self.owner)

    def title(self, conversation_id: str) -> str:
        """Return the title of a conversation.

        Raises:
            ConversationNotFoundError: there is no such conversation.
        """
        return self.store.load(conversation_id, owner=self.owner).title

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation a title; a blank one changes nothing.

        Raises:
            ConversationNotFoundError: there is no such conversation.
        """
        if title.strip():
            self.store.rename(conversation_id, title.strip()[:TITLE_CHARS_MAX], owner=self.owner)

    def delete(self, conversation_id: str) -> None:
        """Delete a conversation, which `undelete` restores.

        Raises:
            ConversationNotFoundError: there is no such conversation.
        """
        self.store.delete(conversation_id, owner=self.owner)

    def undelete(self, conversation_id: str) -> None:
        """Restore a deleted conversation.

        Raises:
            ConversationNotFoundError: there is no such conversation.
        """
        self.store.undelete(conversation_id, owner=self.owner)

    def rate(self, turn: TurnView, rating: str, reason: str = "", note: str = "") -> TurnView:
        """Return the turn with what the user said of its answer, and keep it. Rating "" takes it back.

        An unknown rating or reason changes nothing.

        Raises:
            ConversationNotFoundError: there is no such turn.
        """
        if not rating:
            self.store.unrate(turn.id, owner=self.owner)
            return replace(turn, feedback=None)
        said: Rating | None = next((each for each in get_args(Rating) if each == rating), None)
        if said is None or reason not in ("", *get_args(FeedbackReason)):
            return turn
        given = Feedback(rating=said, reason=reason, note=note[:NOTE_CHARS_MAX])  # type: ignore[arg-type]  # it was checked
        return replace(turn, feedback=self.store.rate(turn.id, given, owner=self.owner))
