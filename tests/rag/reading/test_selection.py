"""Which sentences say most of an article."""

from __future__ import annotations

from rag.reading.selection import key_sentences
from tests.fakes import BagOfWordsEmbeddings
from tests.rag.build import article

POINT = "The mill in Dorn closes at the end of the year."
LEAD_IN = "Besides the owner of the mill in Dorn, these guests will attend:"
TEXT = f"{POINT}\n\n{LEAD_IN}\n- the mayor of Dorn\n- the abbot of Velden\n\nThe owner blames the price of wheat."


def test_a_line_that_only_introduces_a_list_is_no_key_sentence() -> None:
    quotes = [window.quote for window in key_sentences(article(TEXT, title="The mill"), BagOfWordsEmbeddings(), 3)]
    assert quotes[0] == POINT and len(quotes) >= 2
    assert LEAD_IN not in quotes
