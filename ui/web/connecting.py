"""Connects the events of the page's components to what they do."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import replace
from typing import Any

import gradio as gr

from rag.chatbot import Chatbot
from rag.errors import ArticleNotFoundError, ConversationNotFoundError
from rag.records import Article, Filters
from ui.web.answering import Answering, Asked
from ui.web.conversation import Turns, TurnView
from ui.web.conversations_view import (
    LISTED_AT_FIRST,
    render_conversations,
    render_deleted,
    render_gone,
    render_opened,
)
from ui.web.filters_view import parse_choice, render_choice, render_using
from ui.web.handlers import Handlers
from ui.web.layout import Side, Talk
from ui.web.own_conversations import OpenConversation, OwnConversations
from ui.web.owners import owner_of
from ui.web.turn_view import render_turn, render_turns

LISTED_MAX = 500
"""The most conversations that the list shows. Older ones are found by searching."""

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""Settings of all events: they are no public API, and the conversation itself shows their progress."""

AT_ONCE: dict[str, Any] = {**PRIVATE, "queue": False}
"""Settings of quick events, which never wait for an answer that is being written."""

ANSWERING: dict[str, Any] = {**PRIVATE, "concurrency_limit": None, "concurrency_id": "answer"}
"""Settings of answering, which has a waiting line of its own, so that the page can show a question's place in it."""

ADDRESS = "() => [new URLSearchParams(window.location.search).get('conversation') || '']"
"""The script that reads the id of a conversation from the page's address."""


def connect(page: gr.Blocks, talk: Talk, side: Side, bot: Chatbot) -> None:
    """Connect all events of the page, which is open."""
    handlers = Handlers(bot)
    answering = Answering(handlers)
    connections = _Connections(talk, side, bot, handlers, answering)
    connections.connect_asking()
    connections.connect_judging()
    connections.connect_conversations(page)
    connections.connect_filters()
    connections.connect_articles(page)
    _connect_closing(page, answering)


class _Connections:
    """The events of one page, which share its components and what answers."""

    def __init__(self, talk: Talk, side: Side, bot: Chatbot, handlers: Handlers, answering: Answering) -> None:
        self._talk = talk
        self._side = side
        self._bot = bot
        self._handlers = handlers
        self._answering = answering
        self._buttons = [talk.ask, talk.stop, talk.clear]
        self._shown = [talk.conversation, talk.turns, talk.opened, talk.past, talk.live, talk.welcome]
        self._filtered = [talk.filters, talk.using, talk.choice]

    def connect_asking(self) -> None:
        """Connect asking in all ways, answering, and stopping."""
        talk, handlers = self._talk, self._handlers
        state = [talk.conversation, talk.turns, talk.filters]
        whole = [*self._shown, *self._buttons]
        emptied = [*whole, talk.question]

        def begin(conversation: str, turns: Turns, filters: Filters, question: str, request: gr.Request) -> list[Any]:
            after = handlers.begin(turns, question, filters=filters)
            return [*self._begun(conversation, turns, after, request), gr.skip() if after is turns else ""]

        def begin_by(
            choose: Callable[[Turns, Filters, Any], Turns],
        ) -> Callable[[str, Turns, Filters, gr.EventData, gr.Request], list[Any]]:
            def begin(
                conversation: str, turns: Turns, filters: Filters, event: gr.EventData, request: gr.Request
            ) -> list[Any]:
                return self._begun(conversation, turns, choose(turns, filters, event), request)

            return begin

        example = begin_by(lambda turns, filters, event: handlers.begin(turns, str(event.question), filters=filters))
        again = begin_by(
            lambda turns, filters, event: handlers.begin_again(
                turns, int(event.turn), str(event.standalone), str(event.kind), filters=filters
            )
        )
        retry = begin_by(lambda turns, filters, event: handlers.retry(turns, int(event.turn)))
        begun = [
            talk.question.submit(begin, [*state, talk.question], emptied, **AT_ONCE),
            talk.ask.click(begin, [*state, talk.question], emptied, **AT_ONCE),
        ]
        for part in (talk.welcome, talk.past, talk.live):
            begun.append(part.ask_example(example, state, whole, **AT_ONCE))
        for part in (talk.past, talk.live):
            begun.append(part.ask_again(again, state, whole, **AT_ONCE))
            begun.append(part.retry(retry, state, whole, **AT_ONCE))
        for event in begun:
            answered = event.then(self._answer, [talk.conversation, talk.turns], [talk.turns, talk.live], **ANSWERING)
            settled = [talk.turns, talk.live, talk.opened, *self._buttons, self._side.conversations]
            answered.then(self._settle, [talk.conversation, talk.turns, self._side.search], settled, **AT_ONCE)
        talk.stop.click(self._stop, [talk.turns], [talk.stop], **AT_ONCE)

    def connect_judging(self) -> None:
        """Connect the buttons that say whether an answer is good."""
        talk = self._talk

        def rate(turns: Turns, event: gr.EventData, request: gr.Request) -> list[Any]:
            rated = self._rated(turns, event, self._own(request))
            return [rated, render_turns(rated[:-1]), render_turn(rated[-1])] if rated is not turns else [gr.skip()] * 3

        for part in (talk.past, talk.live):
            part.rate(rate, [talk.turns], [talk.turns, talk.past, talk.live], **AT_ONCE)

    def connect_conversations(self, page: gr.Blocks) -> None:
        """Connect opening, finding, renaming and deleting conversations, and beginning a new one."""
        talk, side = self._talk, self._side
        opening = [*self._shown, *self._filtered, side.notice, side.conversations]

        def open_kept(conversation: str, search: str, event: gr.EventData, request: gr.Request) -> list[Any]:
            return self._opened(str(event.conversation), search, request)

        def open_address(address: str, search: str, request: gr.Request) -> list[Any]:
            return self._opened(address, search, request)

        def new(search: str, request: gr.Request) -> list[Any]:
            return self._opened("", search, request)

        page.load(open_address, [talk.address, side.search], opening, js=ADDRESS, **AT_ONCE)
        for part in (talk.opened, side.conversations):
            part.open_conversation(open_kept, [talk.conversation, side.search], opening, **AT_ONCE)
        side.find.new_conversation(new, [side.search], opening, **AT_ONCE)
        talk.clear.click(new, [side.search], opening, **AT_ONCE)

        state = [talk.conversation, side.search]
        listed = [side.notice, side.conversations]
        for part in (side.find, side.conversations):
            part.find_conversations(self._find, [talk.conversation], [side.search, side.conversations], **AT_ONCE)
        side.conversations.rename_conversation(self._rename, state, [*listed, talk.opened], **AT_ONCE)
        side.conversations.delete_conversation(self._delete, state, opening, **AT_ONCE)
        side.notice.undelete_conversation(self._undelete, state, opening, **AT_ONCE)

    def connect_filters(self) -> None:
        """Connect choosing the articles that the next question may use."""
        talk = self._talk

        def choose(filters: Filters, event: gr.EventData) -> list[Any]:
            chosen = parse_choice(_data(event), filters)
            # The form shows the choice already, unless the choice was made elsewhere.
            return [chosen, render_using(chosen), gr.skip() if event.is_shown else self._render_choice(chosen)]

        def choose_article(filters: Filters, event: gr.EventData) -> list[Any]:
            return self._chosen(replace(filters, articles=(str(event.article_id),)))

        # Each quick change counts: by default Gradio drops those that come while one is worked on, and `always_last`
        # forgets what they are. Each holds the whole choice, so the last one is right.
        for part in (talk.choice, talk.using):
            part.choose_filters(choose, [talk.filters], self._filtered, trigger_mode="multiple", **AT_ONCE)
        self._side.article.choose_article(choose_article, [talk.filters], self._filtered, **AT_ONCE)

    def connect_articles(self, page: gr.Blocks) -> None:
        """Connect opening articles and listing them. The list is renewed when files were added."""
        talk, side = self._talk, self._side

        def show_article(event: gr.EventData) -> str:
            return self._handlers.show_article(
                str(event.article_id), int(event.version), int(event.start), int(event.end)
            )

        for part in (talk.past, talk.live, side.articles):
            part.show_article(show_article, None, [side.article], **AT_ONCE)
        page.load(self._handlers.list_articles, None, [side.articles], **AT_ONCE)
        if side.upload:
            side.upload.files_added(self._handlers.list_articles, None, [side.articles], **AT_ONCE)
            side.upload.files_added(self._render_choice, [talk.filters], [talk.choice], **AT_ONCE)

    def _own(self, request: gr.Request) -> OwnConversations:
        return OwnConversations(self._bot.conversations, owner_of(request))

    def _asked(self, conversation: str, turns: Turns, request: gr.Request) -> Asked:
        session = request.session_hash or ""
        return Asked(turns=turns, conversation_id=conversation, session=session, own=self._own(request))

    def _begun(self, conversation: str, before: Turns, after: Turns, request: gr.Request) -> list[Any]:
        """Return the updates of the page after a question was asked, or no updates where nothing was asked."""
        if after is before:
            return [gr.skip()] * 9
        conversation = self._own(request).begin(conversation)
        self._answering.expect(self._asked(conversation, after, request))
        opened = render_opened(OpenConversation(id=conversation, title=after[0].question))
        past, live = render_turns(after[:-1]), render_turn(after[-1])
        return [conversation, after, opened, past, live, gr.update(visible=False), *_buttons(running=True)]

    async def _answer(self, conversation: str, turns: Turns, request: gr.Request) -> AsyncGenerator[list[Any]]:
        async for grown in self._answering.answer(self._asked(conversation, turns, request)):
            yield [grown, render_turn(grown[-1])]

    def _settle(self, conversation: str, turns: Turns, search: str, request: gr.Request) -> list[Any]:
        """Return the updates of the page after an answer, also after one that was refused."""
        settled = self._answering.settle(self._asked(conversation, turns, request))
        live = render_turn(settled[-1]) if settled is not turns else gr.skip()
        listed = self._listed(conversation, search, request)
        return [settled, live, self._name(conversation, request), *_buttons(running=False), listed]

    def _stop(self, turns: Turns) -> Any:
        self._handlers.stop(turns)
        return gr.update(value="Stopping", interactive=False)

    def _rated(self, turns: Turns, event: gr.EventData, own: OwnConversations) -> Turns:
        number = int(event.turn)
        if not 1 <= number <= len(turns) or not turns[number - 1].finished:
            return turns
        turn: TurnView = turns[number - 1]
        try:
            turn = own.rate(turn, str(event.rating), str(event.reason), str(event.note))
        except ConversationNotFoundError:  # it was deleted in another window
            return turns
        return (*turns[: number - 1], turn, *turns[number:])

    def _opened(self, conversation: str, search: str, request: gr.Request, notice: str = "") -> list[Any]:
        """Return the updates of the page that open a conversation; "" opens a new one."""
        opened = OpenConversation()
        if conversation:
            try:
                opened = self._own(request).open(conversation)
            except ConversationNotFoundError:
                notice = render_gone()
        turns = opened.turns
        past, live = render_turns(turns[:-1]), render_turn(turns[-1]) if turns else ""
        shown = [opened.id, turns, render_opened(opened), past, live, gr.update(visible=not turns)]
        return [*shown, *self._chosen(opened.filters), notice, self._listed(opened.id, search, request)]

    def _name(self, conversation: str, request: gr.Request) -> Any:
        """Return the update that names the open conversation, or none where it was deleted meanwhile."""
        try:
            title = self._own(request).title(conversation)
        except ConversationNotFoundError:
            return gr.skip()
        return render_opened(OpenConversation(id=conversation, title=title))

    def _listed(self, conversation: str, search: str, request: gr.Request, limit: int = LISTED_AT_FIRST) -> str:
        found = self._own(request).find(search, min(max(limit, 1), LISTED_MAX))
        return render_conversations(found, conversation, search)

    def _find(self, conversation: str, event: gr.EventData, request: gr.Request) -> list[Any]:
        search = str(event.search)
        return [search, self._listed(conversation, search, request, int(event.limit) or LISTED_AT_FIRST)]

    def _rename(self, conversation: str, search: str, event: gr.EventData, request: gr.Request) -> list[Any]:
        notice = ""
        try:
            self._own(request).rename(str(event.conversation), str(event.title))
        except ConversationNotFoundError:
            notice = render_gone()
        name = self._name(conversation, request) if conversation else gr.skip()
        return [notice, self._listed(conversation, search, request), name]

    def _delete(self, conversation: str, search: str, event: gr.EventData, request: gr.Request) -> list[Any]:
        """Return the updates after a conversation was deleted. If it was open, a new one is opened."""
        deleted, own = str(event.conversation), self._own(request)
        try:
            title = own.title(deleted)
            own.delete(deleted)
            notice = render_deleted(deleted, title)
        except ConversationNotFoundError:
            notice = render_gone()
        if deleted == conversation:
            return self._opened("", search, request, notice)
        return [*[gr.skip()] * 9, notice, self._listed(conversation, search, request)]

    def _undelete(self, conversation: str, search: str, event: gr.EventData, request: gr.Request) -> list[Any]:
        """Return the updates after a conversation was restored. It is opened where no other is."""
        restored, notice = str(event.conversation), ""
        try:
            self._own(request).undelete(restored)
        except ConversationNotFoundError:
            notice = render_gone()
        if not conversation:
            return self._opened(restored, search, request, notice)
        return [*[gr.skip()] * 9, notice, self._listed(conversation, search, request)]

    def _chosen(self, filters: Filters) -> list[Any]:
        return [filters, render_using(filters), self._render_choice(filters)]

    def _render_choice(self, filters: Filters) -> str:
        publishers = self._bot.library.catalog.publishers(Filters())
        return render_choice(filters, publishers, self._articles(filters.articles))

    def _articles(self, article_ids: tuple[str, ...]) -> list[Article]:
        found = []
        for article_id in article_ids:
            try:
                found.append(self._bot.article(article_id))
            except ArticleNotFoundError:
                continue
        return found


def _connect_closing(page: gr.Blocks, answering: Answering) -> None:
    """Connect closing the tab to stopping its answers.

    Gradio calls `leave` when the page's heartbeat, a stream that is open as long as the page is, disconnects.
    """

    def leave(request: gr.Request) -> None:
        answering.leave(request.session_hash or "")

    page.unload(leave)


def _data(event: gr.EventData) -> Mapping[str, Any]:
    return event._data or {}


def _buttons(*, running: bool) -> list[Any]:
    """Return the updates of the buttons Ask, Stop and New. Either Stop is visible, or the other two are."""
    stop = gr.update(visible=running, value="Stop", interactive=True)
    return [gr.update(visible=not running), stop, gr.update(visible=not running)]
