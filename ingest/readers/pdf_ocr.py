"""Optical character recognition: the text of PDF pages that are images, by the program tesseract if installed."""

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
"""Longest side of the image of a page; larger pages are scaled down to it."""


def can_read_images() -> bool:
    """Return whether tesseract is installed."""
    return shutil.which(PROGRAM) is not None


def read_image(page: PdfPage) -> str:
    """Return the text in the image of a page; "" for a page without images, and for a blank one.

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
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # several files are read in parallel already
        )
    except subprocess.TimeoutExpired as exc:
        raise IngestError(f"{PROGRAM} needs more than {PAGE_TIMEOUT_S:.0f} s for a page") from exc
    except (OSError, subprocess.CalledProcessError) as exc:
        raise IngestError(f"{PROGRAM} can't read the images of the pages: {exc}") from exc
    return done.stdout.decode("utf-8", "replace").replace("\f", "")
