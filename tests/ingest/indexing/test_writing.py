"""Indexing: what an ingest run leaves in catalog and vectors, also when run again, changed, or read meanwhile."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import ingest
from ingest.readers.pool import Extraction, ExtractionPool
from ingest.records import IngestReport, Outcome
from rag.errors import ArticleNotFoundError
from rag.library.library import Library
from rag.retrieval.hybrid import HybridSearch
from rag.settings import load_settings
from rag.wiring import build_chatbot, build_library
from tests.fakes import BagOfWordsEmbeddings

PARTNERS = "The organization has 14 dialogue partners."
QUESTION = "How many dialogue partners does the organization have?"

READ_UNTIL_FOUND = """
import sys, time
from pathlib import Path
from rag.retrieval.hybrid import HybridSearch
from rag.settings import load_settings
from rag.wiring import build_library
from tests.fakes import BagOfWordsEmbeddings
library = build_library(load_settings(home=Path(sys.argv[1])), embeddings=BagOfWordsEmbeddings())
search, deadline, n_searches, n_seen = HybridSearch(library), time.monotonic() + 150, 0, 0
print("reading", flush=True)
while time.monotonic() < deadline:
    found = search.search("last article finally there", 5)
    n_searches += 1
    for passage in found:
        assert passage.article.text[passage.chunk.start : passage.chunk.end] == passage.chunk.text
    assert library.catalog.counts()[0] >= n_seen
    n_seen = library.catalog.counts()[0]
    if any(p.article.source.endswith("last.txt") and p.dense_rank and p.lexical_rank for p in found):
        print("found", flush=True)
        break
    time.sleep(0.01)
library.close()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "partners.txt").write_text(f"{PARTNERS} Turkey and Egypt are among the partners.")
    (folder / "trade.md").write_text("---\ntitle: Trade grows\n---\n\nTrade with Kyrgyzstan grew fast in 2023.")
    return folder


def run(library: Library, *sources: Path | str) -> IngestReport:
    return ingest.ingest([str(source) for source in sources], library=library)


def statuses(report: IngestReport) -> dict[str, str]:
    return {Path(outcome.source).name: outcome.status for outcome in report.outcomes}


def contents(library: Library) -> tuple[object, ...]:
    """All that a run could change."""
    return library.catalog.articles(), library.catalog.chunk_ids(), sorted(library.vectors.ids())


def test_a_folder_is_added_with_its_metadata_and_spans(library: Library, folder: Path) -> None:
    report = run(library, folder)
    assert statuses(report) == {"partners.txt": "added", "trade.md": "added"}
    assert report.count("added") == 2 and report.seconds > 0
    assert [article.title for article in library.catalog.articles()][1] == "Trade grows"
    assert all(outcome.n_chunks == 1 and outcome.article_id for outcome in report.outcomes)
    for chunk, article in library.catalog.chunks(library.catalog.chunk_ids()).values():
        assert article.text[chunk.start : chunk.end] == chunk.text
    assert ingest.verify(library=library) == []


def test_ingesting_twice_is_ingesting_once(library: Library, folder: Path) -> None:
    run(library, folder)
    before, n_embedded = contents(library), library.embeddings.n_embedded  # type: ignore[attr-defined]  # the fake's
    report = run(library, folder)
    assert statuses(report) == {"partners.txt": "unchanged", "trade.md": "unchanged"}
    assert contents(library) == before
    assert library.embeddings.n_embedded == n_embedded  # type: ignore[attr-defined]  # the fake's


@hypothesis_settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sources=st.lists(st.sampled_from(["", "partners.txt", "trade.md", "../news/partners.txt"]), max_size=5))
def test_sources_named_again_in_any_way_add_nothing(library: Library, folder: Path, sources: list[str]) -> None:
    run(library, folder)
    before = contents(library)
    report = run(library, *[f"{folder}/{source}" for source in sources])
    assert {outcome.status for outcome in report.outcomes} <= {"unchanged"}
    assert contents(library) == before


def test_a_file_named_twice_in_one_run_is_added_once(library: Library, folder: Path) -> None:
    report = run(library, folder / "partners.txt", folder / "partners.txt")
    assert [outcome.status for outcome in report.outcomes] == ["added", "unchanged"]
    assert library.catalog.counts() == (1, 1)


def test_a_touched_file_is_unchanged(library: Library, folder: Path) -> None:
    run(library, folder)
    (folder / "partners.txt").touch()
    assert statuses(run(library, folder))["partners.txt"] == "unchanged"


def test_a_changed_file_is_a_new_version_and_the_old_citation_still_resolves(library: Library, folder: Path) -> None:
    run(library, folder)
    bot = build_chatbot(load_settings(llm="none"), library=library)
    (citation,) = bot.ask(QUESTION).citations
    (folder / "partners.txt").write_text("Everything is different now, and nobody counts the dialogue partners.")

    report = run(library, folder)

    assert statuses(report) == {"partners.txt": "updated", "trade.md": "unchanged"}
    current = bot.article(citation.article_id)
    assert current.version == 2 and current.text.startswith("Everything is different")
    old = bot.article(citation.article_id, citation.version)
    assert old.text[citation.start : citation.end] == citation.quote == PARTNERS
    assert all(PARTNERS not in passage.chunk.text for passage in bot.search(QUESTION).passages)
    assert ingest.verify(library=library) == []


def test_changed_metadata_alone_is_an_update(library: Library, folder: Path) -> None:
    run(library, folder)
    (folder / "trade.md").write_text("---\ntitle: Trade stalls\n---\n\nTrade with Kyrgyzstan grew fast in 2023.")
    assert statuses(run(library, folder))["trade.md"] == "updated"
    assert len(library.catalog.search_chunks(["stalls"], 5)) == 1
    assert library.catalog.search_chunks(["grows"], 5) == []
    assert ingest.verify(library=library) == []


def test_the_date_of_an_update_alone_is_noted_without_a_new_version(library: Library, folder: Path) -> None:
    path = folder / "dated.md"
    text = "---\ntitle: Talks\npublished: 2024-07-03\n{}---\n\nTalks were held."
    path.write_text(text.format("updated: 2024-07-04\n"))
    run(library, path)
    path.write_text(text.format("updated: 2024-07-05T10:30+05:00\n"))
    assert statuses(run(library, path))["dated.md"] == "unchanged"
    (article,) = library.catalog.articles()
    assert (article.version, article.published, article.updated) == (1, "2024-07-03", "2024-07-05T10:30+05:00")


def test_articles_in_any_script_are_found_by_their_words(library: Library, folder: Path) -> None:
    texts = {
        "ja.txt": "両国の大臣は月曜日に東京で会談し、貿易協定に署名した。",
        "zh.txt": "两国部长星期一在北京会晤，并签署了贸易协定。",
        "ko.txt": "양국 장관은 월요일 서울에서 만나 무역 협정에 서명했다.",
        "th.txt": "รัฐมนตรีของทั้งสองประเทศพบกันที่กรุงเทพเมื่อวันจันทร์",
        "hi.txt": "दोनों देशों के मंत्री सोमवार को दिल्ली में मिले।",
        "ru.txt": "Министры двух стран встретились в понедельник в Москве.",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    run(library, folder)
    search = HybridSearch(library)
    questions = {
        "ja.txt": "東京の会談は?",
        "zh.txt": "谁在北京签署?",
        "ko.txt": "서울",
        "th.txt": "กรุงเทพ",
        "hi.txt": "दिल्ली में कौन",
        "ru.txt": "Кто встретился в Москве?",
    }
    for name, question in questions.items():
        found = {Path(passage.article.source).name: passage for passage in search.search(question, 20)}[name]
        assert found.lexical_rank == 1 and found.matched_words


def test_going_back_to_the_first_text_is_a_third_version(library: Library, folder: Path) -> None:
    path = folder / "partners.txt"
    first = path.read_text()
    for text in (first, "Another text.", first):
        path.write_text(text)
        run(library, path)
    (article,) = library.catalog.articles()
    assert (article.version, article.text) == (3, first)
    assert library.catalog.counts() == (1, 1)
    assert ingest.verify(library=library) == []


def test_bad_files_are_reported_and_the_rest_goes_on(library: Library, folder: Path) -> None:
    (folder / "a-empty.txt").write_bytes(b"")
    (folder / "b-damaged.pdf").write_bytes(b"%PDF-1.7 damaged")
    (folder / "c-unknown.xyz").write_text("?")
    report = run(library, "no-such-folder", folder)
    assert statuses(report) == {
        "no-such-folder": "failed",
        "a-empty.txt": "failed",
        "b-damaged.pdf": "failed",
        "c-unknown.xyz": "skipped",
        "partners.txt": "added",
        "trade.md": "added",
    }
    assert all(outcome.reason for outcome in report.outcomes if outcome.status == "failed")
    assert all(outcome.reason for outcome in report.outcomes if outcome.status == "skipped")
    assert statuses(run(library, folder))["b-damaged.pdf"] == "failed"


def test_a_failed_file_is_tried_again_when_it_changed_or_when_asked(library: Library, folder: Path) -> None:
    path = folder / "a.pdf"
    path.write_bytes(b"%PDF-1.7 damaged")
    (first,) = run(library, path).outcomes
    (again,) = run(library, path).outcomes
    assert again.status == "failed" and again.reason.startswith(f"{first.reason} (not tried again")
    assert ingest.ingest([str(path)], library=library, retry_failed=True).outcomes == (first,)
    path.write_bytes(b"%PDF-1.7 damaged otherwise")
    assert "not tried again" not in run(library, path).outcomes[0].reason


def test_a_file_that_changes_while_it_is_read_is_read_again(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "partners.txt"
    submit = ExtractionPool.submit

    def replaced_before_reading(self: ExtractionPool, file: str) -> Extraction:
        path.write_text("Another text stands here now.")
        return submit(self, file)

    with monkeypatch.context() as patched:
        patched.setattr(ExtractionPool, "submit", replaced_before_reading)
        run(library, path)
    (article,) = library.catalog.articles()
    assert article.text == "Another text stands here now."
    assert library.catalog.file(str(path.resolve())) is None
    assert run(library, path).count("unchanged") == 1


def test_a_bad_line_of_records_is_reported_and_mended_next_time(library: Library, folder: Path) -> None:
    path = folder / "records.jsonl"
    good = [json.dumps({"source": f"r{n}", "title": f"T{n}", "text": f"Record number {n} is here."}) for n in range(3)]
    path.write_text("\n".join([good[0], "{broken", good[2]]))
    report = run(library, path)
    assert report.count("added") == 2 and report.count("failed") == 1
    path.write_text("\n".join(good))
    report = run(library, path)
    assert report.count("added") == 1 and report.count("unchanged") == 2
    assert run(library, path).count("unchanged") == 3


def test_outcomes_are_told_as_they_are_reached(library: Library, folder: Path) -> None:
    told: list[Outcome] = []
    report = ingest.ingest([str(folder)], library=library, on_outcome=told.append)
    assert tuple(told) == report.outcomes != ()


def test_a_removed_article_is_gone_everywhere_and_can_be_added_again(library: Library, folder: Path) -> None:
    run(library, folder)
    gone = library.catalog.articles()[0]
    ingest.remove(gone.id, library=library)
    assert [article.title for article in library.catalog.articles()] == ["Trade grows"]
    assert library.vectors.count() == 1
    assert library.catalog.search_chunks(["dialogue"], 5) == []
    assert ingest.verify(library=library) == []
    with pytest.raises(ArticleNotFoundError):
        ingest.remove(gone.id, library=library)

    assert statuses(run(library, folder)) == {"partners.txt": "added", "trade.md": "unchanged"}
    assert library.catalog.article(gone.id).version == 2
    with pytest.raises(ArticleNotFoundError):
        library.catalog.article(gone.id, 1)


def test_nothing_of_a_removed_article_is_kept_but_its_last_version_number(library: Library, folder: Path) -> None:
    run(library, folder)
    gone = next(article for article in library.catalog.articles() if "partners" in article.source)
    ingest.remove(gone.id, library=library)
    with closing(sqlite3.connect(library.settings.catalog_path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}
    assert rows.pop("removed") == [(gone.id, 1)]
    kept = repr(rows)
    assert "Trade grows" in kept
    for word in (gone.id, gone.source, "dialogue", "Turkey"):
        assert word not in kept


def test_more_chunks_than_a_batch_are_all_written(folder: Path) -> None:
    library = build_library(load_settings(chunk_tokens=32), embeddings=BagOfWordsEmbeddings())
    sentences = (f"Sentence {n} tells of trade and gas and rail and road and port in year {n}." for n in range(700))
    (folder / "long.txt").write_text("\n\n".join(sentences))
    report = run(library, folder)
    assert max(outcome.n_chunks for outcome in report.outcomes) > 512
    assert library.vectors.count() == library.catalog.counts()[1] == sum(o.n_chunks for o in report.outcomes)
    assert ingest.verify(library=library) == []
    library.close()


def test_a_run_that_dies_while_embedding_leaves_the_library_as_it_was(folder: Path) -> None:
    class Dying(BagOfWordsEmbeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            raise RuntimeError("died")

    dying = build_library(load_settings(), embeddings=Dying())
    with pytest.raises(RuntimeError, match="died"):
        run(dying, folder)
    assert contents(dying) == ([], [], [])
    dying.close()
    library = build_library(load_settings(), embeddings=BagOfWordsEmbeddings())
    assert run(library, folder).count("added") == 2
    assert ingest.verify(library=library) == []
    library.close()


def test_verify_tells_what_is_missing_and_what_is_left_over(library: Library, folder: Path) -> None:
    run(library, folder)
    first, _ = library.catalog.chunk_ids()
    library.vectors.delete([first])
    library.vectors.upsert(["left-over"], library.embeddings.embed_documents(["x"]))
    assert ingest.verify(library=library) == [f"chunk {first} has no vector", "vector left-over has no chunk"]
    assert ingest.rebuild(library=library) == 2
    assert ingest.verify(library=library) == []


def test_a_rebuild_finds_the_same_as_before(library: Library, folder: Path) -> None:
    run(library, folder, *ingest.sample_sources())
    bot = build_chatbot(load_settings(llm="none"), library=library)
    before = bot.search(QUESTION).passages
    n_chunks = library.catalog.counts()[1]
    assert ingest.rebuild(library=library) == n_chunks
    assert [(p.chunk, p.rank) for p in bot.search(QUESTION).passages] == [(p.chunk, p.rank) for p in before]


def test_two_readers_read_while_a_writer_writes(library: Library, folder: Path) -> None:
    run(library, folder)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READ_UNTIL_FOUND, str(library.settings.home)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        for reader in readers:
            assert reader.stdout is not None and reader.stdout.readline() == "reading\n"
        for number in range(4):
            (folder / "partners.txt").write_text(f"{PARTNERS} This is version {number} of the last article finally.")
            (folder / f"more-{number}.txt").write_text(f"Article {number} tells of trade.")
            run(library, folder)
        (folder / "last.txt").write_text("The last article is finally there.")
        run(library, folder)
        for reader in readers:
            out, err = reader.communicate(timeout=155)
            assert (out, err, reader.returncode) == ("found\n", "", 0)
    finally:
        for reader in readers:
            reader.kill()
            reader.communicate()
