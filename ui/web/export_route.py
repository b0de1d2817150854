"""The route that saves a kept conversation as a file."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from rag.chatbot import Chatbot
from rag.errors import ConversationNotFoundError
from rag.transcripts import TRANSCRIPTS
from ui.web.conversations_view import EXPORT_PATH
from ui.web.owners import owner_of

_BY_ENDING = {each.ending: each for each in TRANSCRIPTS.values()}


def add_export_route(app: FastAPI, bot: Chatbot) -> None:
    """Add the route to an application."""

    @app.get(f"{EXPORT_PATH}{{name}}", include_in_schema=False)
    def export(name: str, request: Request) -> Response:
        """Return the conversation `ID.ENDING` as a file of that format."""
        conversation_id, _, ending = name.rpartition(".")
        transcript = _BY_ENDING.get(ending)
        try:
            conversation = bot.conversations.load(conversation_id, owner=owner_of(request))
        except ConversationNotFoundError as exc:
            return Response(str(exc), 404, media_type="text/plain")
        if transcript is None:
            return Response(f"There is no format {ending!r}.", 404, media_type="text/plain")
        headers = {"Content-Disposition": f'attachment; filename="conversation-{conversation_id[:8]}.{ending}"'}
        text = transcript.render(conversation).encode("utf-8", "replace")
        return Response(text, media_type=transcript.media_type, headers=headers)
