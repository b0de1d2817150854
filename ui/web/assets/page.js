// The behaviour of the page: opens footnotes, keeps the scroll position, moves the focus. It never inserts text as HTML.
window.footnote = (() => {
  const MAKING = "An answer is being made. Stop it first, or wait for it.";
  const SLOW_S = 10;
  const SEARCH_MS = 200;
  const COPIED_MS = 2500;
  const narrow = window.matchMedia("(max-width: 63.99rem)");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let opener = null;
  let shownTurn = 0;
  let isLoaded = false;
  let focusNext = null;
  let askedAt = null;

  const scrolling = () => (calm.matches ? "auto" : "smooth");
  const side = () => document.getElementById("fn-side");

  function openSide() {
    document.body.classList.add("fn-side-open");
  }

  function closeSide() {
    document.body.classList.remove("fn-side-open");
    if (opener && opener.isConnected) opener.focus();
    opener = null;
  }

  // Scrolls only the side pane; scrollIntoView would also scroll the page.
  function showQuote(article) {
    const pane = side();
    const mark = article.querySelector("mark");
    const below = (element) => element.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    const top = mark ? pane.scrollTop + below(mark) - pane.clientHeight / 3 : 0;
    pane.scrollTo({ top, behavior: scrolling() });
  }

  // Shows one pane of the side and hides the other.
  function choose(pane) {
    for (const tab of document.querySelectorAll("#fn-tabs [role=tab]")) {
      const chosen = tab.dataset.pane === pane;
      tab.setAttribute("aria-selected", chosen);
      tab.tabIndex = chosen ? 0 : -1;
      document.getElementById(tab.dataset.pane)?.toggleAttribute("hidden", !chosen);
    }
  }

  function bindTabs(element) {
    const tabs = [...element.querySelectorAll("[role=tab]")];
    for (const tab of tabs) {
      const pane = document.getElementById(tab.dataset.pane);
      tab.id = `${tab.dataset.pane}-tab`;
      tab.setAttribute("aria-controls", tab.dataset.pane);
      pane?.setAttribute("role", "tabpanel");
      pane?.setAttribute("aria-labelledby", tab.id);
      tab.addEventListener("click", () => choose(tab.dataset.pane));
    }
    element.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const step = event.key === "ArrowRight" ? 1 : tabs.length - 1;
      const other = tabs[(tabs.indexOf(document.activeElement) + step) % tabs.length];
      choose(other.dataset.pane);
      other.focus();
    });
    choose("fn-library");
  }

  // What a button does is named by its data attributes. Where one would change the conversation, it waits for the answer.
  function bind(element, trigger) {
    element.addEventListener("click", (event) => {
      const target = event.target.closest("button, a[data-open]");
      if (!target) return;
      const done = acted(target, trigger, event);
      if (done) return;
      const change = changing(target);
      if (!change) return;
      if (target.dataset.open) event.preventDefault();
      if (busy()) say(MAKING);
      else change(trigger);
    });
  }

  // Does what changes nothing in the conversation; returns whether it was that.
  function acted(target, trigger, event) {
    const data = target.dataset;
    if (data.article) showArticle(target, trigger);
    else if (data.copy !== undefined) copy(target);
    else if (data.edit !== undefined) edit(data.edit);
    else if (data.unfold !== undefined) unfold(target);
    else if (data.bad) toggleForm(target);
    else if (data.choose !== undefined) toggleChoice();
    else if (data.chosen !== undefined) toggleChoice(false);
    else if (data.all !== undefined) trigger("choose_filters", { is_shown: false });
    else if (data.only) chooseArticle(data.only, trigger);
    else if (data.limit) trigger("find_conversations", { search: searched(), limit: +data.limit });
    else return Boolean(data.open) && (event.ctrlKey || event.metaKey || event.shiftKey);
    return true;
  }

  // Returns what changes the conversation, or nothing for a button that doesn't.
  function changing(target) {
    const data = target.dataset;
    const near = (selector) => target.closest("div").querySelector(selector);
    if (data.again) {
      const standalone = near("textarea").value.trim();
      return standalone && ((go) => go("ask_again", { turn: +data.again, standalone, kind: near("select").value }));
    }
    if (data.example) return (go) => go("ask_example", { question: data.example });
    if (data.retry) return (go) => go("retry", { turn: +data.retry });
    if (data.rate) return (go) => rate(target, go);
    if (data.open) return (go) => openKept(data.open, go);
    if (data.new !== undefined) return (go) => startNew(go);
    if (data.rename) {
      return (go) => {
        focusNext = `[data-open="${data.rename}"]`;
        go("rename_conversation", { conversation: data.rename, title: near("input").value });
      };
    }
    if (data.delete) {
      return (go) => {
        focusNext = "[data-undelete]";
        go("delete_conversation", { conversation: data.delete });
      };
    }
    if (data.undelete) {
      return (go) => {
        focusNext = `[data-open="${data.undelete}"]`;
        go("undelete_conversation", { conversation: data.undelete });
      };
    }
    return null;
  }

  function showArticle(target, trigger) {
    const { article, version, start, end } = target.dataset;
    opener = target;
    document.querySelectorAll(".fn-open").forEach((open) => open.classList.remove("fn-open"));
    target.classList.add("fn-open");
    trigger("show_article", { article_id: article, version: +version, start: +start, end: +end });
    const shown = document.querySelector("#fn-article article");
    if (shown && shown.dataset.articleId === article && shown.dataset.span === `${start}-${end}`) {
      openSide();
      choose("fn-article");
      showQuote(shown);
    }
  }

  function openKept(conversation, trigger) {
    opener = null;
    closeSide();
    trigger("open_conversation", { conversation });
  }

  function startNew(trigger) {
    opener = null;
    closeSide();
    trigger("new_conversation", {});
    questionField()?.focus();
  }

  function rate(target, trigger) {
    const form = target.closest(".fn-bad");
    const rating = target.dataset.rating;
    const reason = rating === "bad" ? form.querySelector("select").value : "";
    const note = rating === "bad" ? form.querySelector("textarea").value.trim() : "";
    focusNext = `[data-turn="${target.dataset.rate}"] ${form ? "[data-bad]" : "[data-rate]"}`;
    trigger("rate", { turn: +target.dataset.rate, rating, reason, note });
    if (rating) say("Thank you. It is kept with the answer.");
  }

  async function copy(target) {
    try {
      await navigator.clipboard.writeText(target.dataset.copy);
    } catch {
      say("The browser didn't allow copying.");
      return;
    }
    const name = target.textContent;
    target.textContent = "Copied";
    say("Copied");
    setTimeout(() => (target.textContent = name), COPIED_MS);
  }

  // Gradio takes the text of a field from its input event.
  function edit(question) {
    const field = questionField();
    field.value = question;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    field.setSelectionRange(question.length, question.length);
  }

  function unfold(target) {
    const isFolded = target.previousElementSibling.classList.toggle("fn-folded");
    target.setAttribute("aria-expanded", !isFolded);
    target.textContent = isFolded ? "Show the whole question" : "Show less";
  }

  function toggleForm(target) {
    const form = document.getElementById(target.getAttribute("aria-controls"));
    form.hidden = !form.hidden;
    target.setAttribute("aria-expanded", !form.hidden);
    if (!form.hidden) form.querySelector("select").focus();
  }

  const questionField = () => document.querySelector("#fn-question textarea");
  const searched = () => document.getElementById("fn-find")?.value ?? "";

  // Says a sentence in a live region at the bottom of the window, for some seconds.
  function say(sentence) {
    let said = document.getElementById("fn-said");
    if (!said) {
      said = document.createElement("p");
      said.id = "fn-said";
      said.setAttribute("role", "status");
      document.querySelector(".gradio-container").append(said);
    }
    said.textContent = sentence;
    clearTimeout(said.timer);
    said.timer = setTimeout(() => (said.textContent = ""), 5000);
  }

  // After a component was drawn anew, the focus goes to the element that an action named.
  function bindFocus(element, watch) {
    watch("value", () => {
      if (!focusNext) return;
      const next = element.querySelector(focusNext);
      if (!next) return;
      focusNext = null;
      next.focus();
    });
  }

  // Keeps the page's address, its title and the list at the open conversation.
  function bindOpened(element, watch, trigger) {
    const shown = () => element.querySelector("[data-conversation]")?.dataset ?? {};
    const addressed = () => new URLSearchParams(window.location.search).get("conversation") ?? "";
    watch("value", () => {
      const { conversation = "", title = "" } = shown();
      document.title = title ? `${title} – Footnote` : "Footnote";
      if (conversation !== addressed()) {
        const address = conversation ? `?conversation=${conversation}` : window.location.pathname;
        // Only from one conversation to another is a step that the button Back undoes.
        const isStep = isLoaded && !busy();
        window.history[isStep ? "pushState" : "replaceState"]({}, "", address);
        if (!busy()) requestAnimationFrame(showLast);
      }
      isLoaded = true;
      for (const link of document.querySelectorAll("[data-open]")) {
        if (link.dataset.open === conversation) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
      }
    });
    window.addEventListener("popstate", () => {
      const wanted = addressed();
      const { conversation = "" } = shown();
      if (wanted === conversation) return;
      if (busy()) {
        say(MAKING);
        window.history.pushState({}, "", conversation ? `?conversation=${conversation}` : window.location.pathname);
      } else {
        trigger("open_conversation", { conversation: wanted });
      }
    });
  }

  // Scrolls to the last turn of a conversation that was opened.
  function showLast() {
    const turn = document.querySelector("#fn-live [data-turn]");
    if (turn) turn.scrollIntoView({ block: "start" });
    else window.scrollTo({ top: 0 });
  }

  function bindFind(element, trigger) {
    let waiting = 0;
    element.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => trigger("find_conversations", { search: searched(), limit: 0 }), SEARCH_MS);
    });
  }

  function bindNotice(element, watch) {
    element.setAttribute("aria-live", "polite");
    bindFocus(element, watch);
  }

  // Shows the conversations first where there are some, once, and renames by the Enter key too.
  function bindConversations(element, watch) {
    bindFocus(element, watch);
    let isFirst = true;
    watch("value", () => {
      if (isFirst && element.querySelector("li") && !document.body.classList.contains("fn-side-open")) {
        choose("fn-conversations");
      }
      isFirst = false;
    });
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
      event.preventDefault();
      event.target.closest("div").querySelector("[data-rename]").click();
    });
  }

  function toggleChoice(isOpen = !document.body.classList.contains("fn-choosing")) {
    document.body.classList.toggle("fn-choosing", isOpen);
    const button = document.querySelector("[data-choose]");
    button?.setAttribute("aria-expanded", isOpen);
    if (isOpen) document.querySelector("#fn-choice input")?.focus();
    else button?.focus();
  }

  function bindChoice(element, trigger) {
    element.addEventListener("change", () => {
      const checked = (name) => [...element.querySelectorAll(`[name=${name}]:checked`)].map((box) => box.value);
      const day = (name) => element.querySelector(`[name=${name}]`).value;
      trigger("choose_filters", {
        publishers: checked("publisher"),
        articles: checked("article"),
        published_from: day("published_from"),
        published_to: day("published_to"),
        is_shown: true,
      });
    });
    element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") toggleChoice(false);
    });
  }

  function chooseArticle(article, trigger) {
    trigger("choose_article", { article_id: article });
    opener = null;
    closeSide();
    questionField()?.focus();
    say("The next question uses only this article.");
  }

  // Says when a question is too long, before it is asked.
  function bindCounter(element) {
    const line = element.querySelector("[data-max]");
    const max = +line.dataset.max;
    document.addEventListener("input", (event) => {
      if (!event.target.closest?.("#fn-question")) return;
      const length = event.target.value.trim().length;
      const isTooLong = length > max;
      document.body.classList.toggle("fn-too-long", isTooLong);
      line.textContent = isTooLong
        ? `${length.toLocaleString("en")} of at most ${max.toLocaleString("en")} characters. Shorten the question to ask it.`
        : "";
    });
  }

  const isTooLong = () => document.body.classList.contains("fn-too-long");

  function bindArticle(element, watch) {
    watch("value", () => {
      openSide();
      choose("fn-article");
      const article = element.querySelector("article");
      if (!article) return;
      requestAnimationFrame(() => {
        article.querySelector("h2").focus({ preventScroll: true });
        showQuote(article);
      });
    });
    element.addEventListener("click", (event) => {
      if (event.target.closest("[data-to-quote]")) showQuote(element);
    });
  }

  // Scrolls a new question to the top of the window, so that evidence and answer appear below it in view.
  function bindLive(element, watch) {
    watch("value", () => {
      const turn = element.querySelector("[data-turn]");
      const number = turn ? +turn.dataset.turn : 0;
      if (number > shownTurn) {
        askedAt = performance.now();
        requestAnimationFrame(() => turn.scrollIntoView({ block: "start", behavior: scrolling() }));
      }
      shownTurn = number;
      showElapsed();
    });
    setInterval(showElapsed, 500);
  }

  // Shows the seconds since the question was asked, and the reason once they are many.
  function showElapsed() {
    const shown = document.querySelector("#fn-live .fn-elapsed");
    if (!shown) return;
    const elapsed_s = Math.floor((performance.now() - askedAt) / 1000);
    shown.textContent = elapsed_s ? `${elapsed_s} s` : "";
    document.querySelector("#fn-live .fn-slow").hidden = elapsed_s < SLOW_S;
  }

  // Uploads each file in its own request, lists its outcome, and has the list of articles renewed.
  function bindUpload(element, trigger) {
    const button = element.querySelector("[data-upload]");
    const input = element.querySelector("input[type=file]");
    const outcomes = element.querySelector(".fn-outcomes");
    button.addEventListener("click", () => input.click());
    input.addEventListener("change", async () => {
      const files = [...input.files];
      input.value = "";
      outcomes.replaceChildren();
      button.disabled = true;
      for (const [index, file] of files.entries()) {
        button.textContent = files.length > 1 ? `Adding ${index + 1} of ${files.length}` : "Adding";
        for (const outcome of await sendFile(file)) outcomes.append(outcomeItem(outcome));
      }
      button.textContent = "Add files";
      button.disabled = false;
      trigger("files_added", {});
    });
  }

  async function sendFile(file) {
    const failed = (reason) => [{ status: "failed", name: file.name, reason }];
    try {
      const headers = { "Content-Type": "application/octet-stream", "X-File-Name": encodeURIComponent(file.name) };
      const response = await fetch("footnote-upload", { method: "POST", body: file, headers });
      const { outcomes, error, detail } = await response.json();
      return outcomes ?? failed(error ?? detail);
    } catch {
      return failed("The server could not be reached, or refused the file.");
    }
  }

  function outcomeItem({ status, name, reason }) {
    const item = document.createElement("li");
    item.className = `fn-${status}`;
    const what = document.createElement("b");
    what.textContent = status;
    item.append(what, ` ${name}${reason ? `: ${reason}` : ""}`);
    return item;
  }

  function busy() {
    return document.querySelector('#fn-live [aria-busy="true"]') !== null;
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open-side]")) {
      opener = event.target.closest("[data-open-side]");
      openSide();
      choose(opener.dataset.openSide);
      side()?.querySelector('[role="tab"][aria-selected="true"]')?.focus();
    } else if (event.target.closest("[data-skip]")) {
      event.preventDefault();
      questionField()?.focus();
    } else if (event.target.closest("[data-close-side]")) {
      closeSide();
    }
  });

  // Gradio's own handler of the button must not see a question that is too long, since it would be lost.
  document.addEventListener(
    "click",
    (event) => {
      if (isTooLong() && event.target.closest("#fn-ask")) event.stopImmediatePropagation();
    },
    true,
  );

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && side()?.contains(document.activeElement)) {
        closeSide();
      } else if (event.key === "Enter" && !event.shiftKey && (busy() || isTooLong()) && inQuestion(event)) {
        event.preventDefault();
        event.stopImmediatePropagation();
      } else if (event.key === "Tab" && narrow.matches && document.body.classList.contains("fn-side-open")) {
        keepInside(event, side());
      }
    },
    true,
  );

  const inQuestion = (event) => event.target.closest("#fn-question") !== null;

  // On a narrow window the side covers the page, so the Tab key stays in it.
  function keepInside(event, container) {
    const stops = [...container.querySelectorAll("button, a[href], summary, input, textarea, [tabindex='0']")].filter(
      (stop) => stop.offsetParent !== null && !stop.disabled,
    );
    if (!stops.length) return;
    const first = stops[0];
    const last = stops[stops.length - 1];
    if (event.shiftKey && (document.activeElement === first || !container.contains(document.activeElement))) {
      event.preventDefault();
      last.focus();
    } else if (!event.shiftKey && document.activeElement === last) {
      event.preventDefault();
      first.focus();
    }
  }

  return {
    ...{ bind, bindArticle, bindChoice, bindConversations, bindCounter, bindFind, bindFocus, bindLive, bindNotice },
    ...{ bindOpened, bindTabs, bindUpload },
  };
})();
