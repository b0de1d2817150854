"""The geometry of a report's plots; `templates/plot.html.j2` draws them as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 440, 280
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 12, 44
ROW_LEFT, ROW_HEIGHT = 128, 34


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A dot, a tick or a text at a place; `css` is the class that styles it."""

    x: float
    y: float
    css: str
    radius: float = 4
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A polyline of pixel points."""

    points: tuple[tuple[float, float], ...]
    css: str

    @property
    def path(self) -> str:
        """The points as SVG writes them."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A plot in pixels, ready to draw."""

    title: str
    note: str
    width: int
    height: int
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    texts: tuple[Mark, ...]


def build_plots(report: Mapping[str, Any]) -> list[Plot]:
    """Return the plots for which the report has something to show."""
    curves = report["curves"]
    plots = [_by_kind(report["by_kind"])]
    if curves["risk_coverage"]:
        plots.append(_risk_coverage(curves["risk_coverage"]))
    if curves["trade_off"]:
        plots.append(_trade_off(curves["trade_off"]))
    if curves["reliability"]:
        plots.append(
            reliability_plot(curves["reliability"], "Reliability of the confidence", "confidence", "share right")
        )
    if report["latency"]:
        plots.append(_latency(report["latency"]))
    return plots


def reliability_plot(bins: Sequence[Mapping[str, Any]], title: str, x_label: str, y_label: str) -> Plot:
    """Return the reliability curve of ten bins; a dot's area grows with the number in its bin."""
    largest = max(b["n"] for b in bins)
    dots = [(b["mean"], b["share"], 3 + 7 * (b["n"] / largest) ** 0.5, f"{b['n']}") for b in bins]
    lines, texts = _axes(x_label, y_label)
    marks = [
        Mark(x=_x(x), y=_y(y), css="dot", radius=radius, label=f"{n} at {x:.2f}: {y:.0%} right")
        for x, y, radius, n in dots
    ]
    lines += [
        Line(points=((_x(0), _y(0)), (_x(1), _y(1))), css="ideal"),
        Line(points=tuple((_x(x), _y(y)) for x, y, _, _ in dots), css="curve"),
    ]
    note = "On the dashed line a probability means what it says. Larger dots hold more."
    return _square(title, note, lines, marks, texts)


def _by_kind(by_kind: Mapping[str, Any]) -> Plot:
    rows = [(kind, part["n"], part["figures"]["correct"]) for kind, part in by_kind.items()]
    height = TOP + ROW_HEIGHT * len(rows) + BOTTOM
    bottom = height - BOTTOM

    def x(value: float) -> float:
        return ROW_LEFT + value * (WIDTH - RIGHT - ROW_LEFT)

    lines, marks, texts = [], [], []
    for i in range(6):
        lines.append(Line(points=((x(i / 5), TOP), (x(i / 5), bottom)), css="grid"))
        texts.append(Mark(x=x(i / 5), y=bottom + 18, css="tick middle", label=f"{i * 20}%"))
    for row, (kind, n, figure) in enumerate(rows):
        y = TOP + ROW_HEIGHT * (row + 0.5)
        texts.append(Mark(x=ROW_LEFT - 10, y=y + 4, css="tick end", label=f"{kind.replace('_', ' ')} ({n})"))
        lines.append(Line(points=((x(figure["low"]), y), (x(figure["high"]), y)), css="whisker"))
        label = f"{figure['mean']:.0%} ({figure['low']:.0%} to {figure['high']:.0%})"
        marks.append(Mark(x=x(figure["mean"]), y=y, css="dot", radius=6, label=label))
    texts.append(Mark(x=x(0.5), y=height - 8, css="label middle", label="right answer, or right abstention"))
    note = "Dots are shares of questions, lines their 95% intervals."
    return Plot(
        title="Right, by kind of question",
        note=note,
        width=WIDTH,
        height=height,
        lines=tuple(lines),
        marks=tuple(marks),
        texts=tuple(texts),
    )


def _risk_coverage(points: Sequence[Sequence[float]]) -> Plot:
    lines, texts = _axes("share of questions answered", "share of these that is wrong")
    lines.append(Line(points=tuple((_x(coverage), _y(risk)) for coverage, risk in points), css="curve"))
    coverage, risk = points[-1]
    marks = [Mark(x=_x(coverage), y=_y(risk), css="dot", label=f"all answers: {risk:.0%} wrong at {coverage:.0%}")]
    note = "The most confident answers come first. A curve that rises says that the confidence is worth something."
    return _square("Risk and coverage", note, lines, marks, texts)


def _trade_off(points: Sequence[Sequence[float]]) -> Plot:
    lines, texts = _axes("false refusals", "false answers")
    lines.append(Line(points=tuple((_x(refusals), _y(answers)) for _, answers, refusals in points), css="curve"))
    _, answers, refusals = points[0]
    label = f"as it is: {answers:.0%} false answers, {refusals:.0%} false refusals"
    marks = [Mark(x=_x(refusals), y=_y(answers), css="dot", label=label)]
    note = "What a stricter threshold on the confidence would do; the dot is the run as it is. Lower left is better."
    return _square("False answers against false refusals", note, lines, marks, texts)


def _latency(latency: Mapping[str, Any]) -> Plot:
    height = TOP + ROW_HEIGHT * len(latency) + BOTTOM
    bottom = height - BOTTOM
    longest = max(times["p95_ms"] for times in latency.values()) or 1.0

    def x(milliseconds: float) -> float:
        return ROW_LEFT + milliseconds / longest * (WIDTH - RIGHT - 24 - ROW_LEFT)

    lines, marks, texts = [], [], []
    for i in range(5):
        value = longest * i / 4
        lines.append(Line(points=((x(value), TOP), (x(value), bottom)), css="grid"))
        texts.append(Mark(x=x(value), y=bottom + 18, css="tick middle", label=seconds(value)))
    for row, (stage, times) in enumerate(latency.items()):
        y = TOP + ROW_HEIGHT * (row + 0.5)
        texts.append(Mark(x=ROW_LEFT - 10, y=y + 4, css="tick end", label=stage.replace("_", " ")))
        lines.append(Line(points=((x(0), y), (x(times["median_ms"]), y)), css="bar"))
        lines.append(Line(points=((x(times["median_ms"]), y), (x(times["p95_ms"]), y)), css="whisker"))
        label = f"median {seconds(times['median_ms'])}, 95% within {seconds(times['p95_ms'])}"
        marks.append(Mark(x=x(times["p95_ms"]), y=y, css="dot", radius=3, label=label))
    note = "Bars end at the median, lines at the 95th percentile."
    return Plot(
        title="Time by stage",
        note=note,
        width=WIDTH,
        height=height,
        lines=tuple(lines),
        marks=tuple(marks),
        texts=tuple(texts),
    )


def seconds(milliseconds: float) -> str:
    """Return a time as text, in ms or in seconds."""
    return f"{milliseconds / 1000:.1f} s" if milliseconds >= 1000 else f"{milliseconds:.0f} ms"


def _x(value: float) -> float:
    return LEFT + value * (WIDTH - LEFT - RIGHT)


def _y(value: float) -> float:
    return HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM)


def _axes(x_label: str, y_label: str) -> tuple[list[Line], list[Mark]]:
    lines, texts = [], []
    for i in range(6):
        value = i / 5
        lines.append(Line(points=((_x(value), _y(0)), (_x(value), _y(1))), css="grid"))
        lines.append(Line(points=((_x(0), _y(value)), (_x(1), _y(value))), css="grid"))
        texts.append(Mark(x=_x(value), y=_y(0) + 18, css="tick middle", label=f"{i * 20}%"))
        texts.append(Mark(x=LEFT - 8, y=_y(value) + 4, css="tick end", label=f"{i * 20}%"))
    texts.append(Mark(x=_x(0.5), y=HEIGHT - 8, css="label middle", label=x_label))
    texts.append(Mark(x=14, y=_y(0.5), css="label middle upright", label=y_label))
    return lines, texts


def _square(title: str, note: str, lines: Sequence[Line], marks: Sequence[Mark], texts: Sequence[Mark]) -> Plot:
    return Plot(
        title=title,
        note=note,
        width=WIDTH,
        height=HEIGHT,
        lines=tuple(lines),
        marks=tuple(marks),
        texts=tuple(texts),
    )
