"""Pages written by hand: ours and the operator's."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import urljoin

from portal.site.full import content_pages
from tests.site.public_files import PublicFiles


def test_pages_of_the_operator_join_and_replace_ours(settings, tmp_path):
    folder = tmp_path / "content"
    for name in ("about.md", "legal/imprint.md", "playbooks/restart.md", ".git/config", "legal/.draft.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    found = dict(content_pages(settings.model_copy(update={"content": folder})))
    assert found["about.md"] == folder / "about.md"
    assert set(found) == {"about.md", "legal/imprint.md", "subscribe.md"}, "nothing hidden, no playbook"


class Page(HTMLParser):
    """What a page links to, and the texts that can be copied."""

    def __init__(self, text):
        super().__init__()
        self.links, self.copied = [], []
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.links += [given[name] for name in ("href", "src") if given.get(name)]
        self._inside = tag == "code" and "data-copy" in given
        if self._inside:
            self.copied.append("")

    def handle_data(self, data):
        if self._inside:
            self.copied[-1] += data

    def handle_endtag(self, tag):
        self._inside = False


def test_every_way_to_subscribe_leads_to_something(context):
    files = PublicFiles(context)
    page = Page(files["subscribe/index.html"])
    named = [link for link in page.links if not link.startswith(("#", "mailto:", "webcal:"))]
    named += [address for text in page.copied for address in re.findall(r"(?:https|webcal)://[^\s\"')]+", text)]
    assert len(page.copied) >= 8
    for link in [*named, *(link for link in page.links if link.startswith("webcal:"))]:
        path = urljoin("https://status.example.com/subscribe/", link.replace("webcal:", "https:"))
        assert path.startswith("https://status.example.com/"), link
        name = path.removeprefix("https://status.example.com/").partition("#")[0]
        if name in ("subscriptions", "subscriptions/webhooks", "report"):
            continue  # the program's own pages
        assert (name + "index.html" * (not name or name.endswith("/"))) in files, link


def test_snippets_can_be_copied_as_they_are_meant(context):
    copied = Page(PublicFiles(context)["subscribe/index.html"]).copied
    assert '<script async src="https://status.example.com/embed/banner.js"></script>' in copied
    assert "webcal://status.example.com/maintenance.ics" in copied
    assert not any("{{" in text for text in copied)


def test_a_page_of_the_operator_can_name_the_public_address(context, tmp_path):
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "imprint.md").write_text(
        "# Imprint\n\n<code data-copy>{{site_url}}/x</code> {{ site_url }} {{site_host}}\n"
    )
    settings = context.settings.model_copy(update={"content": folder, "site_url": "https://acme.example/a&b/"})
    files = PublicFiles(replace(context, settings=settings))
    page = files["imprint/index.html"]
    assert "<code data-copy>https://acme.example/a&amp;b/x</code> {{ site_url }} acme.example/a&amp;b" in page
    assert files.publisher.check() == []
