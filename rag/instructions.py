"""The embedded model's state after the instructions that all questions share: read once, then kept in a file.

On two cores the instructions with their examples take some 15 seconds to read, their state 20 milliseconds to load.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from importlib.metadata import version
from pathlib import Path

import httpx
from langchain_core.messages import convert_to_openai_messages

from rag.drafting import instruction_messages
from rag.errors import ModelError

READING_TIMEOUT_S = 300.0

logger = logging.getLogger(__name__)


def prepare(server_url: str, key: str, model: Path, folder: Path) -> None:
    """Has a llama.cpp server's first slot hold the instructions, from the file in `folder` where there is one.

    Args:
        server_url: without path; the server keeps slots in `folder`.
        key: the server's API key.
        model: the file that the server runs; a state fits one model file, one llama.cpp and one text.
        folder: of the kept states; made when it doesn't exist.

    Raises:
        ModelError: the model can't read the instructions.
    """
    messages = convert_to_openai_messages(instruction_messages())
    size = model.stat().st_size
    kept_for = json.dumps([messages, model.name, size, version("xllamacpp")])
    name = f"{hashlib.sha256(kept_for.encode()).hexdigest()[:16]}.state"
    with httpx.Client(
        base_url=server_url, headers={"Authorization": f"Bearer {key}"}, timeout=READING_TIMEOUT_S
    ) as client:
        if (folder / name).is_file() and _slot(client, "restore", name):
            return
        reply = client.post("/v1/chat/completions", json={"messages": messages, "max_tokens": 1, "temperature": 0})
        if reply.is_error:
            raise ModelError(f"{model} can't read the instructions: {reply.text[:200]} Is it a chat model?")
        unfinished = f"{name}.{os.getpid()}"
        if _slot(client, "save", unfinished):
            os.replace(folder / unfinished, folder / name)


def _slot(client: httpx.Client, action: str, name: str) -> bool:
    """Whether the server saved or restored its slot; where it can't, the instructions are read again another time."""
    reply = client.post(f"/slots/0?action={action}", json={"filename": name})
    if reply.is_error:
        logger.info("llama.cpp can't %s %s: %s", action, name, reply.text[:200])
    return not reply.is_error
