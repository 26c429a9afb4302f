/* What a page does beyond being read: a fresh state without a reload, colours, days, search on demand. Everything is
   readable without it. Times are told by partials/first.html, before the first paint. */
(() => {
  "use strict";
  const root = new URL("..", document.currentScript.src);
  const words = JSON.parse(document.getElementById("live-words").textContent);
  const POLL_MS = 20000;
  const SLOWEST_MS = 120000;
  const PATIENCE_MS = 15000;
  const FADE_PX = 20;
  const content = () => document.getElementById("content");
  const fill = (text, value) => text.replace("{}", value);
  const printed = (at) => {
    const parts = { year: at.slice(0, 4), month: at.slice(5, 7), day: at.slice(8, 10), clock: at.slice(11, 16) };
    return words.moment.replace(/%\((\w+)\)s/g, (_, name) => parts[name]);
  };

  /* A fresh state: published.json says whether anything changed; then this page is fetched and grown into the new one,
     node by node, so that scroll, focus and opened details stay. */

  /* The page as it came, without the times that were told in it. */
  function asWritten(node) {
    const copy = node.cloneNode(true);
    for (const told of copy.querySelectorAll("time[title]")) told.removeAttribute("title");
    for (const told of copy.querySelectorAll("time + .when")) told.remove();
    return copy.innerHTML;
  }

  const said = document.createElement("div");
  said.className = "live-said";
  said.setAttribute("role", "status");
  said.setAttribute("aria-live", "polite");
  document.body.append(said);
  let seen = null;
  let shown = asWritten(content());
  let wait = POLL_MS;
  let timer = 0;
  let lastGood = new Date();

  const STALE = "live-said--stale";
  const say = (text) => said.textContent === text || (said.textContent = text);

  /* What makes a node the one it was, although others come or go beside it. */
  function key(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) return "";
    if (node.id) return node.id;
    const link = node.matches(".incident, .component") && node.querySelector("a[href]");
    const heading = node.matches(".group, .day") && node.querySelector("h3");
    return link ? link.getAttribute("href") : heading ? heading.textContent : "";
  }

  const same = (one, other) => one.nodeName === other.nodeName && key(one) === key(other);
  const movedByReader = new WeakSet();

  function grow(old, fresh) {
    if (old.isEqualNode(fresh)) return;
    if (old.nodeType !== Node.ELEMENT_NODE) {
      old.data = fresh.data;
      return;
    }
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value && !(name === "open" && movedByReader.has(old))) old.setAttribute(name, value);
    }
    const kept = new Map([...old.children].map((one) => [key(one), one]));
    const staying = new Set([...fresh.children].map(key));
    kept.delete("");
    staying.delete("");
    let at = old.firstChild;
    const drop = () => {
      const next = at.nextSibling;
      at.remove();
      at = next;
    };
    for (const wanted of [...fresh.childNodes]) {
      const known = kept.get(key(wanted));
      if (known && same(known, wanted)) {
        kept.delete(key(wanted));
        while (at && at !== known && !staying.has(key(at))) drop(); // to move the known one would take its focus
        if (at === known) at = at.nextSibling;
        else old.insertBefore(known, at);
        grow(known, wanted);
      } else if (at && same(at, wanted)) {
        const reused = at;
        at = at.nextSibling;
        grow(reused, wanted);
      } else {
        old.insertBefore(document.importNode(wanted, true), at);
      }
    }
    while (at) drop();
  }

  function anchor() {
    const inView = [...content().querySelectorAll("[id]")].find((one) => one.getBoundingClientRect().bottom > 0);
    return inView && { id: inView.id, top: inView.getBoundingClientRect().top };
  }

  function news(before) {
    const overall = document.getElementById("overall");
    const post = [...content().querySelectorAll(".post[id]")].find((one) => !before.has(one.id));
    const text = [overall && overall.textContent, post && post.innerText].filter(Boolean).join(". ");
    return fill(words.refreshed, text.replace(/\s+/g, " ").slice(0, 400));
  }

  function show(fresh) {
    const next = fresh.getElementById("content");
    if (!next || next.innerHTML === shown) return;
    shown = next.innerHTML;
    dress(next);
    const before = new Set([...content().querySelectorAll(".post[id]")].map((one) => one.id));
    const held = window.scrollY > 0 && anchor();
    const bars = !told.hidden && document.activeElement.matches("svg.bars") && document.activeElement;
    const number = bars && Number(bars.getAttribute("aria-valuenow"));
    grow(content(), next);
    document.title = fresh.title;
    const moved = held && document.getElementById(held.id);
    if (moved) window.scrollBy({ top: moved.getBoundingClientRect().top - held.top, behavior: "instant" });
    if (bars && bars.isConnected) tellDay(bars, number);
    else hideDay();
    said.classList.remove(STALE);
    say(news(before));
  }

  async function ask(address, ...fine) {
    const answer = await fetch(address, { cache: "no-cache", mode: "same-origin", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok && !fine.includes(answer.status)) throw new Error(String(answer.status));
    return answer;
  }

  async function look() {
    const answer = await ask(new URL("published.json", root));
    const { epoch, sequence, as_of: asOf } = await answer.json();
    document.getElementById("as-of").textContent = fill(words.as_of, printed(asOf));
    const now = `${epoch} ${sequence}`;
    if (now === seen) return;
    // With its origin, since a path may begin with two slashes; a page that is gone says so itself, as does the one of the 404.
    const page = await ask(location.origin + location.pathname, 404);
    show(new DOMParser().parseFromString(await page.text(), "text/html"));
    seen = now;
  }

  async function turn() {
    clearTimeout(timer);
    if (document.hidden) return;
    try {
      await look();
      if (said.classList.contains(STALE)) {
        said.classList.remove(STALE);
        say("");
      }
      wait = POLL_MS;
      lastGood = new Date();
    } catch {
      wait = Math.min(wait * 1.5, SLOWEST_MS);
      if (new Date() - lastGood > 3 * POLL_MS) {
        said.classList.add(STALE);
        say(fill(words.stale, printed(lastGood.toISOString())));
      }
    }
    times.tell(content());
    clearTimeout(timer);
    timer = setTimeout(turn, wait + Math.random() * 5000);
  }

  /* Colours: as the system says, or as chosen here. The little script in the head has applied the choice already. */

  function colours() {
    const button = document.getElementById("colours");
    const chosen = document.documentElement.dataset;
    const system = matchMedia("(prefers-color-scheme: dark)");
    const dark = () => (chosen.colours ? chosen.colours === "dark" : system.matches);
    const tell = () => button.setAttribute("aria-pressed", String(dark()));
    button.hidden = false;
    button.addEventListener("click", () => {
      const next = dark() ? "light" : "dark";
      if ((next === "dark") === system.matches) delete chosen.colours;
      else chosen.colours = next;
      try {
        if (chosen.colours) localStorage.setItem("colours", next);
        else localStorage.removeItem("colours");
      } catch { /* a browser that keeps nothing: the choice holds for this page */ }
      tell();
    });
    system.addEventListener("change", tell);
    tell();
  }

  /* A day of a component: its worst level and minutes, for pointer, finger and arrow keys. */

  const told = document.createElement("div");
  told.className = "day-told";
  told.hidden = true;
  document.body.append(told);
  const dates = new Intl.DateTimeFormat(times.language, { dateStyle: "long", timeZone: "UTC" });

  function dayWords(bars, number) {
    const digits = bars.dataset.digits;
    const date = new Date(`${bars.dataset.last}T00:00:00Z`);
    date.setUTCDate(date.getUTCDate() - (digits.length - 1 - number));
    const level = words.levels[Number(digits[number])] || words.no_data;
    const found = bars.dataset.minutes.split(" ").find((one) => one.startsWith(`${number}:`));
    return `${dates.format(date)}: ${level}${found ? `, ${fill(words.minutes, found.split(":")[1])}` : ""}`;
  }

  function tellDay(bars, number) {
    const last = bars.dataset.digits.length - 1;
    const at = Math.min(last, Math.max(0, number));
    const box = bars.getBoundingClientRect();
    told.textContent = dayWords(bars, at);
    told.hidden = false;
    const left = box.left + ((at + 0.5) / (last + 1)) * box.width - told.offsetWidth / 2;
    told.style.left = `${Math.max(8, Math.min(left, document.documentElement.clientWidth - told.offsetWidth - 8)) + window.scrollX}px`;
    told.style.top = `${box.bottom + 6 + window.scrollY}px`;
    bars.setAttribute("aria-valuenow", String(at));
    bars.setAttribute("aria-valuetext", told.textContent);
    return at;
  }

  function days(within) {
    for (const bars of within.querySelectorAll("svg.bars")) {
      bars.setAttribute("role", "slider");
      bars.setAttribute("tabindex", "0");
      bars.setAttribute("aria-valuemin", "0");
      bars.setAttribute("aria-valuemax", String(bars.dataset.digits.length - 1));
      bars.setAttribute("aria-valuenow", String(bars.dataset.digits.length - 1));
      bars.setAttribute("aria-valuetext", dayWords(bars, bars.dataset.digits.length - 1));
    }
  }

  const barsAt = (event) => event.target.closest && event.target.closest("svg.bars");
  const hideDay = () => (told.hidden = true);
  const dayUnder = (bars, event) => {
    const box = bars.getBoundingClientRect();
    return Math.floor(((event.clientX - box.left) / box.width) * bars.dataset.digits.length);
  };
  document.addEventListener("pointermove", (event) => {
    const bars = barsAt(event);
    if (bars) tellDay(bars, dayUnder(bars, event));
    else if (event.pointerType === "mouse" && !(document.activeElement && document.activeElement.matches("svg.bars"))) hideDay();
  });
  document.addEventListener("pointerdown", (event) => (barsAt(event) ? tellDay(barsAt(event), dayUnder(barsAt(event), event)) : hideDay()));
  document.addEventListener("focusin", (event) => (barsAt(event) ? tellDay(barsAt(event), Number(barsAt(event).getAttribute("aria-valuenow"))) : hideDay()));
  document.addEventListener("keydown", (event) => {
    const bars = barsAt(event);
    const now = bars && Number(bars.getAttribute("aria-valuenow"));
    const to = { ArrowLeft: now - 1, ArrowDown: now - 1, ArrowRight: now + 1, ArrowUp: now + 1, Home: 0, End: 1000, PageDown: now - 7, PageUp: now + 7 }[event.key];
    if (event.key === "Escape") hideDay();
    if (!bars || to === undefined) return;
    event.preventDefault();
    tellDay(bars, to);
  });

  /* Search: the theme's script comes when somebody reaches for it. */

  function search() {
    const field = document.querySelector("[name=query]");
    const toggle = document.getElementById("__search");
    if (!field || !toggle) return;
    let asked = false;
    const opener = document.getElementById("search-open");
    const fetchIt = () => {
      if (asked) return;
      asked = true;
      const kept = (name, from) => JSON.parse((from || localStorage).getItem(`${root.pathname}.${name}`));
      Object.assign(window, { __md_scope: root, __md_get: kept, __md_set: () => {}, __md_hash: () => 0 });
      const script = document.createElement("script");
      script.src = new URL(words.search_script, root);
      script.onload = () => window.document$.next(document); // it waits for a moment that has passed
      document.body.append(script);
    };
    field.addEventListener("focus", fetchIt);
    field.addEventListener("pointerenter", fetchIt);
    toggle.addEventListener("change", () => {
      opener.setAttribute("aria-expanded", String(toggle.checked));
      if (toggle.checked) fetchIt();
    });
    opener.addEventListener("click", () => {
      toggle.click();
      if (toggle.checked) field.focus();
    });
    // Single keys do nothing here, since people who speak to their computer press them by accident (WCAG 2.1.4); the
    // theme's script, which has several, does not get to see them.
    addEventListener("keydown", (event) => {
      const typing = event.target.closest && event.target.closest("input, textarea, select");
      if (!event.key || event.key.length > 1 || event.altKey) return;
      if (!event.ctrlKey && !event.metaKey) {
        if (!typing) event.stopImmediatePropagation();
      } else if (event.key.toLowerCase() === "k" && !event.shiftKey) {
        event.preventDefault();
        if (!toggle.checked) toggle.click();
        field.focus();
      }
    }, { capture: true });
    if (new URLSearchParams(location.search).has("h")) fetchIt();
  }

  /* Addresses to copy, on the page that tells how to follow. */

  function copies(within) {
    if (!navigator.clipboard) return;
    for (const code of within.querySelectorAll("[data-copy]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = words.copy;
      code.after(button);
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".copy");
    const summary = event.target.closest("summary");
    if (summary) movedByReader.add(summary.parentElement);
    if (!button) return;
    await navigator.clipboard.writeText(button.previousElementSibling.textContent.trim());
    button.textContent = words.copied;
    said.textContent = words.copied;
  });

  /* What the script adds to a page, the first time and to each fresh one before it is shown. */

  function dress(within) {
    times.tell(within);
    days(within);
    copies(within);
  }

  /* On a phone the row of pages is longer than the screen: as many as need be are pushed out, so that the open one is seen. */

  function showTab() {
    const here = document.querySelector(".tabs [aria-current]");
    if (!here) return;
    const row = here.closest("ul");
    const way = document.dir === "rtl" ? -1 : 1;
    const gap = parseFloat(getComputedStyle(row).columnGap);
    for (const one of row.children) {
      const [tab, all] = [here.getBoundingClientRect(), row.getBoundingClientRect()];
      if ((way > 0 ? all.right - tab.right : tab.left - all.left) >= FADE_PX) break;
      row.scrollLeft += way * (one.getBoundingClientRect().width + gap);
    }
  }

  dress(content());
  showTab();
  colours();
  search();
  document.addEventListener("visibilitychange", () => document.hidden || turn());
  addEventListener("online", turn);
  timer = setTimeout(turn, 2000 + Math.random() * 3000);
})();
