"""The routes for conversations and for feedback on their answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from rag.chatbot import Chatbot
from rag.library.conversation_records import ConversationSummary, Feedback
from rag.transcripts import TRANSCRIPTS, TranscriptFormat, render_conversation
from ui.http.owners import Owner
from ui.http.requests import ConversationRequest, FeedbackRequest, Limit, Offset, RenameRequest, Search
from ui.http.responses import (
    ConversationListObject,
    ConversationObject,
    ConversationSummaryObject,
    FeedbackObject,
)


def build_conversations_router(bot: Chatbot) -> APIRouter:
    """Return the routes under `/v1/conversations` and `/v1/feedback`."""
    router = APIRouter(tags=["Conversations"])
    kept = bot.conversations

    @router.get("/v1/conversations", response_model=None, responses={200: {"model": ConversationListObject}})
    def find(
        owner: Owner,
        search: Annotated[Search, Query(description="Words in the title, the questions or the answers.")] = "",
        limit: Annotated[Limit, Query()] = 50,
        offset: Annotated[Offset, Query()] = 0,
        deleted: Annotated[bool, Query(description="List deleted conversations instead of the others.")] = False,
    ) -> dict[str, Any]:
        """List conversations, the last changed first."""
        page = kept.find(search, limit=limit, offset=offset, deleted=deleted, owner=owner)
        return {
            "conversations": [_render_summary(each) for each in page.conversations],
            "total": page.total,
            "limit": limit,
            "offset": offset,
        }

    @router.post(
        "/v1/conversations",
        status_code=201,
        response_model=None,
        responses={201: {"model": ConversationSummaryObject}},
    )
    def create(owner: Owner, body: ConversationRequest | None = None) -> dict[str, Any]:
        """Begin a conversation. Its turns come from `POST /v1/ask` with its id as `conversation_id`."""
        return _render_summary(kept.create(body.title if body else "", owner=owner))

    @router.get(
        "/v1/conversations/{conversation_id}", response_model=None, responses={200: {"model": ConversationObject}}
    )
    def load(conversation_id: str, owner: Owner) -> dict[str, Any]:
        """Return a conversation with all turns and their whole answers."""
        return render_conversation(kept.load(conversation_id, owner=owner))

    @router.patch(
        "/v1/conversations/{conversation_id}", response_model=None, responses={200: {"model": ConversationObject}}
    )
    def rename(conversation_id: str, body: RenameRequest, owner: Owner) -> dict[str, Any]:
        """Give a conversation another title."""
        kept.rename(conversation_id, body.title, owner=owner)
        return render_conversation(kept.load(conversation_id, owner=owner))

    @router.delete("/v1/conversations/{conversation_id}", status_code=204)
    def delete(conversation_id: str, owner: Owner) -> None:
        """Delete a conversation. It can be restored for 30 days."""
        kept.delete(conversation_id, owner=owner)

    @router.post(
        "/v1/conversations/{conversation_id}/undelete",
        response_model=None,
        responses={200: {"model": ConversationObject}},
    )
    def undelete(conversation_id: str, owner: Owner) -> dict[str, Any]:
        """Restore a deleted conversation."""
        kept.undelete(conversation_id, owner=owner)
        return render_conversation(kept.load(conversation_id, owner=owner))

    @router.get(
        "/v1/conversations/{conversation_id}/export",
        response_class=Response,
        responses={
            200: {"content": {each.media_type: {"schema": {"type": "string"}} for each in TRANSCRIPTS.values()}}
        },
    )
    def export(
        conversation_id: str, owner: Owner, format_: Annotated[TranscriptFormat, Query(alias="format")] = "markdown"
    ) -> Response:
        """Return a conversation as a file: Markdown with footnotes, JSON, or one HTML file that loads nothing."""
        chosen = TRANSCRIPTS[format_]
        text = chosen.render(kept.load(conversation_id, owner=owner))
        name = f"conversation-{conversation_id[:8]}.{chosen.ending}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text.encode("utf-8", "replace"), media_type=chosen.media_type, headers=headers)

    @router.post("/v1/feedback", response_model=None, responses={200: {"model": FeedbackObject}})
    def rate(body: FeedbackRequest, owner: Owner) -> dict[str, Any]:
        """Keep a verdict on an answer that is in a conversation, instead of an earlier one."""
        given = Feedback(rating=body.rating, reason=body.reason or "", note=body.note)
        return asdict(kept.rate(body.answer_id, given, owner=owner))

    @router.delete("/v1/feedback/{answer_id}", status_code=204)
    def unrate(answer_id: str, owner: Owner) -> None:
        """Take back the verdict on an answer."""
        kept.unrate(answer_id, owner=owner)

    return router


def _render_summary(summary: ConversationSummary) -> dict[str, Any]:
    return {
        "id": summary.id,
        "title": summary.title,
        "created": summary.created,
        "updated": summary.updated,
        "deleted": summary.deleted,
        "n_turns": summary.n_turns,
    }
