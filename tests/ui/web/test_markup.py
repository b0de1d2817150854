import pytest

from tests.ui.build import HOSTILE, Seen
from ui.web.markup import article_name, is_web_address, render_date, render_origin, render_source


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        ("2024-07-03", "3 July 2024"),
        ("2024-07-03T09:30:00Z", "3 July 2024"),
        ("2024-07", "July 2024"),
        ("2024", "2024"),
        ("", ""),
        ("last week", "last week"),
        ("2024-13-01", "2024-13-01"),
    ],
)
def test_date_is_as_precise_as_known(published: str, shown: str) -> None:
    assert render_date(published) == shown


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://", "http://[", "news/a.txt"]
)
def test_only_web_addresses_become_links(address: str) -> None:
    assert not is_web_address(address)
    assert "a" not in Seen(render_source(address)).tags


def test_source_links_to_the_articles_url() -> None:
    seen = Seen(render_source("saved/page.html", "https://example.org/a?b=1&c=2"))

    assert seen.values("href") == ["https://example.org/a?b=1&c=2"]
    assert seen.values("rel") == ["noopener noreferrer nofollow"]
    assert seen.text == "page.html"


def test_origin_leaves_out_what_is_unknown() -> None:
    assert render_origin("", "") == ""
    assert render_origin("Daily", "") == "Daily"
    assert Seen(render_origin(HOSTILE, HOSTILE)).text == f"{HOSTILE} · {HOSTILE}"


def test_untitled_article_is_named_by_its_source() -> None:
    assert article_name("", "news/2024/sco.txt") == "sco.txt"
    assert article_name("", "") == "Untitled article"
