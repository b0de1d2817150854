"""OpenAI's own client and LangChain's, against the running application."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_openai import ChatOpenAI
from openai import OpenAI

from rag.library.library import Library
from rag.serialization import parse_answer
from rag.wiring import build_chatbot
from tests.fakes import ScriptedChatModel
from tests.ui.conftest import PARTNERS, QUESTION, REPLY, build_app_in_loop, served
from ui.http.chat_messages import ChatRequest, render_completion

ASK: Any = [{"role": "user", "content": QUESTION}]


@pytest.fixture(scope="module")
def address(shared_library: Library, shared_llm: ScriptedChatModel) -> Iterator[str]:
    bot = build_chatbot(shared_library.settings, library=shared_library, llm=shared_llm)
    with served(build_app_in_loop(bot)) as address:
        yield address


@pytest.fixture(autouse=True)
def _without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("OPENAI_"):
            monkeypatch.delenv(name)


@pytest.fixture
def client(address: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client:
        yield client


def test_the_only_model_is_listed(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["footnote"]
    assert client.models.retrieve("footnote").owned_by == "footnote"
    with pytest.raises(openai.NotFoundError, match="no model 'gpt-4'"):
        client.models.retrieve("gpt-4")


def test_a_completion_has_the_answer_its_citations_and_the_whole_object(
    client: OpenAI, llm: ScriptedChatModel, address: str
) -> None:
    llm.enqueue(REPLY)

    completion = client.chat.completions.create(model="footnote", messages=ASK, temperature=0.2, max_tokens=50)

    message = completion.choices[0].message
    answer = parse_answer(completion.model_extra["footnote"])  # type: ignore[index]
    assert message.content is not None and PARTNERS in message.content and "[^1]: “" in message.content
    assert completion.choices[0].finish_reason == "stop" and completion.usage is not None
    assert answer.citations[0].quote == PARTNERS and completion.id == f"chatcmpl-{answer.id}"
    assert message.annotations
    for annotation in message.annotations:
        cited = annotation.url_citation
        assert message.content[cited.start_index : cited.end_index] == "[^1]"
        assert cited.title.startswith("Who belongs to the SCO") and cited.url.startswith(f"{address}/v1/articles/")
        assert PARTNERS in httpx.get(cited.url).json()["text"]


def test_a_stream_sends_only_the_checked_answer_and_ends_with_all_of_it(client: OpenAI, llm: ScriptedChatModel) -> None:
    llm.enqueue("The Shanghai Cooperation Organization has 99 dialogue partners.")
    whole = client.chat.completions.create(model="footnote", messages=ASK)
    llm.enqueue("The Shanghai Cooperation Organization has 99 dialogue partners.")

    chunks = list(
        client.chat.completions.create(
            model="footnote", messages=ASK, stream=True, stream_options={"include_usage": True}
        )
    )

    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    last = next(chunk for chunk in chunks if chunk.choices and chunk.choices[0].finish_reason)
    assert said == whole.choices[0].message.content and "99" not in said
    assert chunks[0].choices[0].delta.role == "assistant" and len({chunk.id for chunk in chunks}) == 1
    assert last.choices[0].delta.model_extra["annotations"]  # type: ignore[index]
    assert parse_answer(last.model_extra["footnote"]).question == QUESTION  # type: ignore[index]
    assert chunks[-1].choices == [] and chunks[-1].usage is not None


def test_earlier_messages_are_the_history(client: OpenAI, llm: ScriptedChatModel) -> None:
    llm.enqueue(REPLY)
    first = client.chat.completions.create(model="footnote", messages=ASK).choices[0].message
    llm.enqueue(QUESTION, REPLY)

    messages: Any = [{"role": "system", "content": "Be short."}, *ASK, first.model_dump(),
                     {"role": "user", "content": [{"type": "text", "text": "And how many has it?"}]}]  # fmt: skip
    second = client.chat.completions.create(model="footnote", messages=messages)

    answer = parse_answer(second.model_extra["footnote"])  # type: ignore[index]
    assert (answer.question, answer.standalone_question) == ("And how many has it?", QUESTION)


def test_history_is_words_without_marks_notes_and_escapes() -> None:
    content = "It costs \\$5.[^1] Two\\_three.[^2]\n\n[^1]: “It costs \\$5.” A title\n\n[^2]: “x” y"
    messages = [
        *({"role": role, "content": text} for role, text in
          (("user", "a?"), ("user", "b?"), ("assistant", content), ("assistant", "more"), ("user", "c?"))),
    ]  # fmt: skip
    request = ChatRequest.model_validate({"model": "footnote", "messages": messages})

    assert [(turn.question, turn.answer) for turn in request.history()] == [("b?", "It costs $5. Two_three.")]
    assert request.question == "c?"


def test_choices_are_an_extension(client: OpenAI, llm: ScriptedChatModel, shared_library: Library) -> None:
    conversation = shared_library.conversations.create()
    choices = {"kind": "overview", "filters": {"publishers": ["Weekly Test"]}, "conversation_id": conversation.id}

    completion = client.chat.completions.create(model="footnote", messages=ASK, extra_body={"footnote": choices})

    answer: Any = completion.model_extra["footnote"]  # type: ignore[index]
    [turn] = shared_library.conversations.load(conversation.id).turns
    assert {citation["publisher"] for citation in answer["citations"]} == {"Weekly Test"}
    assert turn.answer == answer and turn.options["kind"] == "overview"


def test_errors_are_those_that_the_client_knows(client: OpenAI, llm: ScriptedChatModel) -> None:
    long: Any = [{"role": "user", "content": "x" * 2001}]
    nothing: Any = [{"role": "assistant", "content": "Hello."}]
    with pytest.raises(openai.BadRequestError, match=r"2,001 characters.*1 to 2,000"):
        client.chat.completions.create(model="footnote", messages=long)
    with pytest.raises(openai.BadRequestError, match="0 characters"):
        client.chat.completions.create(model="footnote", messages=nothing)
    with pytest.raises(openai.NotFoundError, match="The only one is 'footnote'"):
        client.chat.completions.create(model="gpt-4", messages=ASK)
    with pytest.raises(openai.UnprocessableEntityError, match="n: "):
        client.chat.completions.create(model="footnote", messages=ASK, n=2)
    with pytest.raises(openai.InternalServerError, match="did not answer") as failed:
        client.chat.completions.create(model="footnote", messages=ASK)
    with pytest.raises(openai.APIError, match="did not answer"):
        list(client.chat.completions.create(model="footnote", messages=ASK, stream=True))

    body: Any = failed.value.body
    assert failed.value.status_code == 503 and body["type"] == "server_error"
    assert failed.value.response.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("streaming", [False, True])
def test_langchain_asks_it_as_a_chat_model(address: str, llm: ScriptedChatModel, streaming: bool) -> None:
    model = ChatOpenAI(model="footnote", base_url=f"{address}/v1", api_key="none", max_retries=0)  # type: ignore[arg-type]
    llm.enqueue(QUESTION, REPLY)
    messages = [HumanMessage("What is the SCO?"), AIMessage("A group.[^1]"), HumanMessage("How many partners has it?")]

    said = "".join(str(part.content) for part in model.stream(messages)) if streaming else (
        str(model.invoke(messages).content)
    )  # fmt: skip

    assert PARTNERS in said and "[^1]: “" in said


def test_articles_write_no_markup_into_a_message(client: OpenAI) -> None:
    """A client shows the content as Markdown, so an article must not make links or load pictures there."""
    messages: Any = [{"role": "user", "content": "What did the hackers write into an article about phishing?"}]

    completion = client.chat.completions.create(
        model="footnote", messages=messages, extra_body={"footnote": {"kind": "overview"}}
    )

    content = completion.choices[0].message.content
    assert content is not None and "phishing" in content
    assert "\\<img" in content and "<img" not in content.replace("\\<img", "")
    assert "\\[click\\](" in content and "http\\://" in content


def test_a_citation_of_a_page_names_its_address() -> None:
    from tests.ui.build import answer, citation

    given = answer(citations=(citation(source="https://news.example/a"),), nearest=())
    [annotation] = render_completion(given, 0, base_url="http://127.0.0.1/")["choices"][0]["message"]["annotations"]

    assert annotation["url_citation"]["url"] == "https://news.example/a"
