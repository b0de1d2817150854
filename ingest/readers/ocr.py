"""Text in the images of a PDF's page, read by the program tesseract where it is installed."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from rag.errors import IngestError

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdf import PageObject

PROGRAM = "tesseract"
PAGE_TIMEOUT_S = 30.0
MIN_PIXELS = 100
"""Images that are less wide or high are marks and logos."""


def can_read_images() -> bool:
    """Whether tesseract is installed."""
    return shutil.which(PROGRAM) is not None


def read_images(page: PageObject) -> str:
    """What the images of a page say, in their order on it; "" for one without images.

    Raises:
        IngestError: tesseract failed.
    """
    images = [file.image for file in page.images]
    return "\n\n".join(_read(image) for image in images if image and min(image.size) >= MIN_PIXELS).strip()


def _read(image: Image) -> str:
    content = io.BytesIO()
    image.convert("L").save(content, "PNG")
    try:
        done = subprocess.run(
            [PROGRAM, "stdin", "stdout"],
            input=content.getvalue(),
            capture_output=True,
            timeout=PAGE_TIMEOUT_S,
            check=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # files are read side by side already
        )
    except subprocess.TimeoutExpired as exc:
        raise IngestError(f"{PROGRAM} needs more than {PAGE_TIMEOUT_S:.0f} s for a page") from exc
    except (OSError, subprocess.CalledProcessError) as exc:
        raise IngestError(f"{PROGRAM} can't read the images of the pages: {exc}") from exc
    return done.stdout.decode("utf-8", "replace").replace("\f", "")
