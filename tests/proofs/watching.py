"""A tab that notices whatever a hostile text achieved: dialogs, policy reports, errors, requests, foreign elements."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Page

from portal.text.fragments import TAGS

REPORTS = """addEventListener("securitypolicyviolation", event => {
  console.error("policy: " + event.violatedDirective + " " + event.blockedURI + " " + event.sample)
}, true)"""
LOOK = """([tags, boxes]) => {
  const found = {kinds: [], faults: [], title: document.title, heading: ""}
  const heading = document.querySelector("article h1, .md-content h1")
  found.heading = heading ? heading.textContent : ""
  const kinds = new Set()
  for (const element of document.querySelectorAll("*")) {
    const attributes = [...element.attributes].map(one => one.name).sort()
    const name = element.localName
    for (const attribute of attributes) {
      if (/^on|^srcdoc$/i.test(attribute)) found.faults.push(`<${name} ${attribute}>`)
      if (/^(href|src|action|formaction|data|poster|srcset|xlink:href|background|ping)$/i.test(attribute)) {
        const value = element.getAttribute(attribute)
        const base = "http://nowhere.invalid"
        const scheme = URL.canParse(value, base) ? new URL(value, base).protocol : "http:"
        const known = ["http:", "https:", "mailto:", ...(element.closest(boxes) ? [] : ["webcal:"])]
        if (!known.includes(scheme)) found.faults.push(`<${name} ${attribute}="${value}">`)
      }
    }
    const box = element.parentElement && element.parentElement.closest(boxes)
    if (box) {
      if (!tags.includes(name) || attributes.includes("style")) found.faults.push(`<${name}> in a text`)
    } else kinds.add(`${name}[${attributes.filter(one => !["style", "open"].includes(one))}]`)
  }
  found.kinds = [...kinds]
  return found
}"""
"""What the page is made of: elements with their attributes, those inside of people's texts judged by themselves."""
BOXES = ".post__body, .post__action, .prose, .archive__summary, .md-search-result__article"
IN_A_TEXT = [*sorted(TAGS), "mark", "h1", "h2", "article", "nav", "label", "div", "input"]
"""What stands in a text, and in a search result, which marks what was looked for."""


@dataclass
class Watch:
    """One tab; `said` is what must stay empty."""

    page: Page
    host: str
    said: list[str] = field(default_factory=list)
    pages: int = 0

    def look(self, path: str) -> dict[str, Any]:
        self.page.goto(self.host + path)
        return self.here(path)

    def here(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(LOOK, [IN_A_TEXT, BOXES])
        self.said += [f"{path}: {fault}" for fault in found["faults"]]
        self.pages += 1
        return found


@contextmanager
def watching(browser: BrowserContext, host: str) -> Iterator[Watch]:
    """A tab on a site; whatever it should not do is in `said`."""
    page = browser.new_page()
    watch = Watch(page, host)

    def dialog(one: Any) -> None:
        watch.said.append(f"{page.url}: a dialog {one.message}")
        one.dismiss()

    page.add_init_script(REPORTS)
    page.on("dialog", dialog)
    page.on("console", lambda one: watch.said.append(f"{page.url}: {one.text}") if one.type == "error" else None)
    page.on("pageerror", lambda error: watch.said.append(f"{page.url}: {error}"))
    page.on("popup", lambda other: watch.said.append(f"{page.url}: a window {other.url}"))
    page.on(
        "request",
        lambda one: None if one.url.startswith((host, "about:")) else watch.said.append(f"{page.url}: asks {one.url}"),
    )
    yield watch
    page.close()
