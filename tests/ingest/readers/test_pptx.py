"""Presentations: slides as canonical text."""

from __future__ import annotations

import io

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingest.readers.pptx import extract_pptx


def test_slides_keep_titles_lists_tables_charts_and_notes() -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "Leaders meet"
    slide.placeholders[1].text = "The hosts came.\nThe guests came."
    slide.notes_slide.notes_text_frame.text = "Speak slowly."
    table = slide.shapes.add_table(2, 2, 0, Inches(5), Inches(4), Inches(1)).table
    for cell, text in zip(table.iter_cells(), ("Country", "Guests", "India", "7"), strict=True):
        cell.text = text
    chart = CategoryChartData()  # type: ignore[no-untyped-call]  # python-pptx types a part of itself
    chart.categories = ["2003"]
    chart.add_series("Trade", (4.5,))  # type: ignore[no-untyped-call]  # as above
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, Inches(6), Inches(4), Inches(1), chart)
    out = io.BytesIO()
    presentation.save(out)
    extract = extract_pptx(out.getvalue())
    assert extract.title == "Leaders meet"
    assert extract.text.split("\n\n") == [
        "Leaders meet",
        "- The hosts came.\n- The guests came.",
        "Country | Guests\nIndia | 7\nCategory | Trade\n2003 | 4.5",
        "Speak slowly.",
    ]
