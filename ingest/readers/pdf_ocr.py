"""Text in the pages of a PDF that are images, read by the program tesseract where it is installed."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from rag.errors import IngestError

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfPage

PROGRAM = "tesseract"
PAGE_TIMEOUT_S = 30.0
DOTS_PER_INCH = 300
MAX_SIDE_PIXELS = 5000
"""Larger pages are drawn smaller."""


def can_read_images() -> bool:
    """Whether tesseract is installed."""
    return shutil.which(PROGRAM) is not None


def read_image(page: PdfPage) -> str:
    """What a page that holds images says, as it looks; "" for one without images, and for a blank one.

    Raises:
        IngestError: tesseract failed.
    """
    if next(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]), None) is None:
        return ""
    scale = min(DOTS_PER_INCH / 72, MAX_SIDE_PIXELS / max(*page.get_size(), 1))
    image: Image = page.render(scale=scale, grayscale=True).to_pil()
    lightest, darkest = image.getextrema()
    return "" if lightest == darkest else _read(image).strip()


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
