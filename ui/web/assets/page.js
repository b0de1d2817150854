// The behaviour of the page: opens footnotes, keeps the scroll position, moves the focus. It never inserts text as HTML.
window.footnote = (() => {
  const narrow = window.matchMedia("(max-width: 63.99rem)");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let opener = null;
  let shownTurn = 0;

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
      const other = tabs.find((tab) => tab !== document.activeElement);
      choose(other.dataset.pane);
      other.focus();
    });
    choose("fn-library");
  }

  // Buttons with data-article open that article; others name their own action.
  function bind(element, trigger) {
    element.addEventListener("click", (event) => {
      const target = event.target.closest("button");
      if (!target) return;
      const { article, version, start, end, again, example } = target.dataset;
      if (article) {
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
      } else if (again) {
        const standalone = target.parentElement.querySelector("textarea").value.trim();
        const kind = target.parentElement.querySelector("select").value;
        if (standalone && !busy()) trigger("ask_again", { turn: +again, standalone, kind });
      } else if (example) {
        if (!busy()) trigger("ask_example", { question: example });
      }
    });
  }

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
        requestAnimationFrame(() => turn.scrollIntoView({ block: "start", behavior: scrolling() }));
      }
      shownTurn = number;
    });
  }

  // Uploads each file in its own request, lists its outcome, and has the list of articles renewed.
  function bindUpload(element, trigger) {
    const button = element.querySelector("[data-upload]");
    const input = element.querySelector("input[type=file]");
    const outcomes = element.querySelector("ul");
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
      side()?.querySelector('[role="tab"]')?.focus();
    } else if (event.target.closest("[data-close-side]")) {
      closeSide();
    }
  });

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && side()?.contains(document.activeElement)) {
        closeSide();
      } else if (event.key === "Enter" && !event.shiftKey && busy() && event.target.closest("#fn-question")) {
        event.preventDefault();
        event.stopImmediatePropagation();
      } else if (event.key === "Tab" && narrow.matches && document.body.classList.contains("fn-side-open")) {
        keepInside(event, side());
      }
    },
    true,
  );

  // On a narrow window the side covers the page, so the Tab key stays in it.
  function keepInside(event, container) {
    const stops = [...container.querySelectorAll("button, a[href], input, textarea, [tabindex='0']")].filter(
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

  return { bind, bindArticle, bindLive, bindTabs, bindUpload };
})();
