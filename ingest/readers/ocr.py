"""Text in the images of a PDF's page, read by the program tesseract where it is installed."""

from __future__ import annotations

import io
import logging
import os
import shutil
import subprocess
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PIL.Image import DecompressionBombError
from pypdf.errors import PyPdfError

from rag.errors import IngestError

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdf import PageObject

logger = logging.getLogger(__name__)

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
    return "\n\n".join(_read(image) for image in _images(page) if min(image.size) >= MIN_PIXELS).strip()


def _images(page: PageObject) -> Iterator[Image]:
    """The images of a page that can be decoded; the others can't be looked at by anybody."""
    for number in range(len(page.images)):
        try:
            image = page.images[number].image
        except (PyPdfError, NotImplementedError, OSError, ValueError, KeyError, DecompressionBombError) as exc:
            logger.info("An image of a page can't be decoded: %s", exc)
            continue
        if image is not None:
            yield image


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
