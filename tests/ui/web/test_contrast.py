"""Every pair of text and ground in the style sheets keeps WCAG 2.2's contrast for text, 4.5 to 1."""

import re

import pytest

from ui.web.page import ASSETS_DIR

CSS = (ASSETS_DIR / "base.css").read_text(encoding="utf-8")
PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-soft", "accent", "good", "warn", "bad") for ground in ("paper", "wash")),
    *((ink, "sheet") for ink in ("ink", "ink-soft", "accent")),
    ("accent-ink", "accent"),
    ("mark-ink", "mark"),
]


def colours(selector: str) -> dict[str, str]:
    block = re.search(re.escape(selector) + r" \{(.*?)\}", CSS, re.DOTALL)
    assert block
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block.group(1)))


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("selector", [":root", ".dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_can_be_read(selector: str, ink: str, ground: str) -> None:
    palette = colours(selector)

    assert contrast(palette[ink], palette[ground]) >= 4.5


@pytest.mark.parametrize("selector", [":root", ".dark"])
def test_borders_of_controls_can_be_seen(selector: str) -> None:
    palette = colours(selector)

    assert contrast(palette["rule-strong"], palette["paper"]) >= 3
