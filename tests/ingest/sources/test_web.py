"""Articles from the web: pages, feeds and sitemaps of a site on this machine, and when they are the same article."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import ingest
from ingest.records import IngestReport
from ingest.sources import web
from rag.library.library import Library
from rag.settings import load_settings
from rag.wiring import build_chatbot, build_library
from tests.fakes import BagOfWordsEmbeddings
from tests.ingest.site import Page, Site, article_page, serve_site

PARTNERS = "The organization has 14 dialogue partners."
TEXT = (
    f"{PARTNERS} Turkey and Egypt are among the partners, and their ministers came to the meeting in Astana on "
    "Wednesday to talk about trade.\n\nThe next meeting is planned for the autumn, when the members will vote on the "
    "budget of the secretariat and on the railway across the mountains."
)
OTHER = (
    "Trade with Kyrgyzstan grew fast last year, according to the customs office, which counts every lorry at the "
    "border.\n\nGas and rail made up most of it, while the new port stood empty for most of the winter months."
)
QUESTION = "How many dialogue partners does the organization have?"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve_site() as served:
        yield served


@pytest.fixture
def library(empty_home: Path) -> Iterator[Library]:
    settings = load_settings(fetch_allowed_hosts=("127.0.0.1",), fetch_delay_s=0)
    opened = build_library(settings, embeddings=BagOfWordsEmbeddings())
    yield opened
    assert ingest.verify(library=opened) == []
    opened.close()


def run(library: Library, *sources: object) -> IngestReport:
    return ingest.ingest([str(source) for source in sources], library=library)


def statuses(report: IngestReport) -> list[str]:
    return [outcome.status for outcome in report.outcomes]


def feed(*entries: str) -> str:
    return f'<rss version="2.0"><channel><title>Daily Example</title>{"".join(entries)}</channel></rss>'


def item(address: str, title: str = "From the feed") -> str:
    return f"<item><title>{title}</title><link>{address}</link><pubDate>Wed, 03 Jul 2024 10:30:00 GMT</pubDate></item>"


def test_a_page_is_one_article_with_what_it_tells_of_itself(library: Library, site: Site) -> None:
    head = '<meta property="og:site_name" content="Daily Test"><meta name="author" content="Ann Writer">'
    address = site.put("/a", article_page(TEXT, "Partners meet", head))
    assert statuses(run(library, address)) == ["added"]
    (article,) = library.catalog.articles()
    assert (article.title, article.publisher, article.source) == ("Partners meet", "Daily Test", address)
    assert article.url == address and PARTNERS in article.text


@pytest.mark.parametrize("headers", [{"ETag": '"1"'}, {}], ids=["by its validators", "by its bytes"])
def test_a_page_that_is_the_same_next_time_is_unchanged(library: Library, site: Site, headers: dict[str, str]) -> None:
    address = site.put("/a", article_page(TEXT), **headers)
    run(library, address)
    report = run(library, address)
    assert statuses(report) == ["unchanged"]
    assert report.outcomes[0].article_id == library.catalog.articles()[0].id


def test_a_changed_page_is_a_new_version_and_the_old_citation_still_resolves(library: Library, site: Site) -> None:
    address = site.put("/a", article_page(TEXT), ETag='"1"')
    run(library, address)
    bot = build_chatbot(load_settings(llm="none"), library=library)
    (citation,) = bot.ask(QUESTION).citations
    site.put("/a", article_page(OTHER, "Another headline"), ETag='"2"')

    assert statuses(run(library, address)) == ["updated"]

    (article,) = library.catalog.articles()
    assert (article.version, article.id) == (2, citation.article_id)
    old = bot.article(citation.article_id, citation.version)
    assert old.text[citation.start : citation.end] == citation.quote == PARTNERS


def test_addresses_with_one_canonical_address_are_one_article(library: Library, site: Site) -> None:
    head = f'<link rel="canonical" href="{site.url("/a")}">'
    addresses = [site.put(path, article_page(TEXT, head=head)) for path in ("/a", "/a?utm_source=x", "/print/a")]
    site.redirect("/short", "/print/a")
    assert statuses(run(library, *addresses, site.url("/short"))) == ["added", "unchanged", "duplicate", "duplicate"]
    assert library.catalog.counts()[0] == 1


def test_a_canonical_address_on_another_site_is_not_believed(library: Library, site: Site) -> None:
    address = site.put("/a", article_page(TEXT, head='<link rel="canonical" href="https://other.example/a">'))
    run(library, address)
    assert library.catalog.articles()[0].url == address


def test_pages_that_all_state_one_canonical_address_stay_different_articles(library: Library, site: Site) -> None:
    head = f'<link rel="canonical" href="{site.url("/news")}">'
    pages = [site.put("/a", article_page(TEXT, "One", head)), site.put("/b", article_page(OTHER, "Two", head))]
    assert statuses(run(library, *pages)) == ["added", "added"]
    site.put("/b", article_page(OTHER + "\n\nThe port was opened later.", "Two", head))
    assert statuses(run(library, *pages)) == ["unchanged", "updated"]


def test_what_a_feed_told_of_a_page_is_not_forgotten_when_the_page_is_asked_for_alone(
    library: Library, site: Site
) -> None:
    page = site.put("/a", article_page(TEXT))
    run(library, site.put("/feed", feed(item(page))))
    site.put("/a", article_page(TEXT) + "<!-- made again -->")
    assert statuses(run(library, page)) == ["unchanged"]
    assert library.catalog.articles()[0].publisher == "Daily Example"


def test_a_saved_page_and_the_page_are_one_article(library: Library, site: Site, tmp_path: Path) -> None:
    address = site.put("/a", article_page(TEXT, head=f'<link rel="canonical" href="{site.url("/a")}">'))
    saved = tmp_path / "saved.html"
    saved.write_bytes(site.pages["/a"].body)  # type: ignore[arg-type]  # bytes, since it was put there
    assert statuses(run(library, saved, address)) == ["added", "duplicate"]
    site.put("/a", article_page(TEXT + "\n\nThe vote was put off.", head=f'<link rel="canonical" href="{address}">'))
    assert statuses(run(library, saved, address)) == ["unchanged", "updated"]
    assert [article.version for article in library.catalog.articles()] == [2]


def test_the_same_text_in_two_files_is_one_article_until_one_is_changed(library: Library, tmp_path: Path) -> None:
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_text(TEXT)
    second.write_text(TEXT)
    report = run(library, first, second)
    assert statuses(report) == ["added", "duplicate"]
    assert report.outcomes[1].reason == f"the same article as {first}"
    second.write_text(OTHER)
    assert statuses(run(library, first, second)) == ["unchanged", "added"]


def test_the_same_text_of_two_publishers_are_two_articles(library: Library, tmp_path: Path) -> None:
    for name in ("Daily", "Weekly"):
        (tmp_path / f"{name}.md").write_text(f"---\ntitle: Partners meet\npublisher: {name}\n---\n\n{TEXT}")
    assert statuses(run(library, tmp_path / "Daily.md", tmp_path / "Weekly.md")) == ["added", "added"]


def test_different_articles_that_name_one_address_by_mistake_stay_two(library: Library, tmp_path: Path) -> None:
    head = '<link rel="canonical" href="https://news.example/all">'
    for name, text in (("a", TEXT), ("b", OTHER)):
        (tmp_path / f"{name}.html").write_text(article_page(text, f"Title {name}", head))
    assert statuses(run(library, tmp_path / "a.html", tmp_path / "b.html")) == ["added", "added"]
    assert {article.url for article in library.catalog.articles()} == {"https://news.example/all"}


def test_a_feed_gives_its_articles_and_what_the_pages_do_not_tell(library: Library, site: Site) -> None:
    pages = [site.put("/a", article_page(TEXT)), site.put("/b", article_page(OTHER, "Trade"))]
    address = site.put("/feed", feed(*[item(page) for page in pages]), ETag='"1"')
    assert statuses(run(library, address)) == ["added", "added"]
    assert {article.publisher for article in library.catalog.articles()} == {"Daily Example"}
    assert {article.published[:10] for article in library.catalog.articles()} == {"2024-07-03"}
    assert [article.source for article in library.catalog.articles()] == sorted(pages)

    site.requests.clear()
    assert statuses(run(library, address)) == ["unchanged", "unchanged"]
    assert site.asked() == ["/feed"]

    site.put("/feed", feed(item(pages[0]), item(site.put("/c", article_page(PARTNERS * 6, "Third")))), ETag='"2"')
    assert statuses(run(library, address)) == ["unchanged", "added"]


def test_one_bad_entry_is_told_and_asked_for_again_next_time(library: Library, site: Site) -> None:
    good, bad = site.put("/a", article_page(TEXT)), site.url("/missing")
    address = site.put(
        "/feed", feed(item(good), item(bad), item(site.url("/secret").replace("127.0.0.1", "localhost"))), ETag='"1"'
    )
    report = run(library, address)
    assert statuses(report) == ["failed", "failed", "added"]
    assert "404" in report.outcomes[0].reason and "refused" in report.outcomes[1].reason
    site.put("/missing", article_page(OTHER))
    assert sorted(statuses(run(library, address))) == ["added", "failed", "unchanged"]


def test_sitemaps_are_followed_through_their_index_and_never_in_circles(library: Library, site: Site) -> None:
    index = site.url("/sitemap.xml")
    site.put(
        "/sitemap.xml",
        f"<sitemapindex><sitemap><loc>{site.url('/1.xml')}</loc></sitemap>"
        f"<sitemap><loc>{index}</loc></sitemap></sitemapindex>",
    )
    pages = [site.put("/a", article_page(TEXT)), site.put("/b", article_page(OTHER, "Trade"))]
    site.put("/1.xml", "<urlset>" + "".join(f"<url><loc>{page}</loc></url>" for page in pages) + "</urlset>")
    assert statuses(run(library, index)) == ["added", "added"]


def test_a_listing_without_end_is_cut_and_told(library: Library, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MAX_ARTICLES", 1)
    pages = [site.put("/a", article_page(TEXT)), site.put("/b", article_page(OTHER, "Trade"))]
    report = run(library, site.put("/feed", feed(*[item(page) for page in pages])))
    assert sorted(statuses(report)) == ["added", "failed"]
    assert any("more than 1 articles" in outcome.reason for outcome in report.outcomes)


@pytest.mark.parametrize(
    ("page", "says"),
    [
        (Page(body=b"\x89PNG", headers={"Content-Type": "image/png"}), "image/png"),
        (Page(body=b""), "an empty page"),
        (Page(body=b"<html><body></body></html>"), "no text"),
        (Page(body=b"%PDF-1.7 damaged", headers={"Content-Type": "application/pdf"}), ""),
        (Page(body=b"<rss><channel></channel></rss>"), "lists no article"),
        (Page(status=304), "asked for the first time"),
    ],
)
def test_what_is_no_article_is_told_and_the_rest_goes_on(library: Library, site: Site, page: Page, says: str) -> None:
    site.pages["/bad"] = page
    report = run(library, site.url("/bad"), site.put("/a", article_page(TEXT)), "ftp://example.com/x")
    assert sorted(statuses(report)) == ["added", "failed", "failed"]
    assert any(says in outcome.reason for outcome in report.outcomes if outcome.source.endswith("/bad"))


def test_text_in_the_encoding_that_the_server_names_is_read(library: Library, site: Site) -> None:
    page = article_page(TEXT.replace("Astana", "Астана"))
    site.put("/a", page.encode("windows-1251"), Content_Type="text/html; charset=windows-1251")
    run(library, site.url("/a"))
    assert "Астана" in library.catalog.articles()[0].text


def test_a_removed_article_comes_back_when_its_page_is_asked_for_again(library: Library, site: Site) -> None:
    address = site.put("/a", article_page(TEXT), ETag='"1"')
    run(library, address)
    ingest.remove(library.catalog.articles()[0].id, library=library)
    assert statuses(run(library, address)) == ["added"]
