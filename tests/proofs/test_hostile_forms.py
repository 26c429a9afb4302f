"""Hostile texts beyond the browser: every output keeps its form, whatever stands in it, and costs what others cost."""

import html
import pathlib
import re
import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from portal.text import clean, fragment, html_to_markdown
from portal.text.cost import too_costly
from portal.verbs import commands as c
from portal.verbs import components, incidents, postmortems, posts
from tests.conftest import Tell
from tests.proofs import FULL
from tests.proofs.feed_rules import ATOM, atom_faults, ids, rss_faults
from tests.proofs.hostile import Hostile
from tests.proofs.payloads import INVENTED, invented, published
from tests.site.history import FAILS, WORKS, History
from tests.text.reading import faults

REFERENCE = re.compile(r"&#?\w+;?")
FENCE = re.compile(r"^[ >]*(`{3,}|~{3,}).*", re.MULTILINE)
ORDINARY = (
    "The **database** was slow from 10:02 UTC, see [the graph](https://g.example/a_b) and `pg_stat`. " * 6
    + "\n\n- step 1: we restarted *one* of the `pods`\n- step 2: we waited\n\n## What next\n\n"
) * 32


def shown_whole(text: str) -> list[str]:
    """What is wrong with a text's fragment: its form, or letters that it lost."""
    made = fragment(text)
    typed = REFERENCE.sub("", FENCE.sub("", clean(text)))
    missing = Counter(filter(str.isalpha, typed)) - Counter(html.unescape(made))
    return faults(made) + [f"{letter} of {text[:80]!r}" for letter in missing]


@settings(max_examples=20_000 if FULL else 250, deadline=None, suppress_health_check=list(HealthCheck))
@given(invented())
def test_a_text_becomes_a_sound_fragment_with_all_its_letters(text: str) -> None:
    assert shown_whole(text) == []
    assert faults(fragment(html_to_markdown(text))) == []


@pytest.mark.corpora
def test_every_published_payload_becomes_a_sound_fragment(corpora: pathlib.Path, tell: Tell) -> None:
    everything = published(corpora)[:: 1 if FULL else 10] + INVENTED
    for text in everything:
        assert shown_whole(text[:25_000]) == []
        assert faults(fragment(html_to_markdown(text)[:25_000])) == []
    tell("hostile fragments", f"{len(everything)} payloads as Markdown and as imported HTML: sound, all letters shown")


def processor_time(text: str) -> float:
    """Seconds of this thread for one conversion that nothing was kept of, the best of three."""
    best = 1e9
    for number in range(3):
        begin = time.thread_time()
        fragment(f"{text}\n\n{number} {time.monotonic_ns()}")
        best = min(best, time.thread_time() - begin)
    return best


@pytest.mark.corpora
def test_no_text_costs_much_more_than_an_ordinary_one_of_its_length(corpora: pathlib.Path, tell: Tell) -> None:
    """Each payload repeated up to a section's length: its time as a share of an ordinary section's."""
    assert not too_costly(ORDINARY[:25_000])
    ordinary = processor_time(ORDINARY[:25_000])
    everything = published(corpora) + INVENTED
    worst, which = 0.0, ""
    for text in everything if FULL else everything[::400] + INVENTED[::2]:
        whole = ((text + "\n") * (24_000 // (len(text) + 1) + 1))[:24_000]
        cost = processor_time(whole)
        worst, which = max((worst, which), (cost, text))
    tell("cost of a text", f"{1000 * worst:.0f} ms at worst, an ordinary section {1000 * ordinary:.0f} ms")
    assert worst < 4 * ordinary, which[:200]


class Portal(History):
    """One portal with a text in each place; steps are called, not drawn."""

    def places(self, text: str) -> None:
        ref = "INC-1"
        for verb, command, place, values in (
            (components.change_component, c.ChangeComponent, ("search",), {"name": text, "description": text}),
            (components.change_component, c.ChangeComponent, ("search",), {"group": text}),
            (incidents.change_incident, c.ChangeIncident, (ref,), {"public_title": text}),
            (posts.post, c.Post, (ref,), {"state": "resolved", "body": text, "customer_action": text, "confirm": True}),
            (postmortems.write_postmortem, c.WritePostmortem, (ref,), {"title": text, "sections": {"summary": text}}),
        ):
            try:
                given_ = command.model_validate(values)
            except ValueError:
                continue
            self.do(verb, *place, given_)
        self.publisher.publish_pending()

    def files(self, pattern: str) -> dict[str, bytes]:
        site = self.home / "site"
        return {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob(pattern))}


@pytest.fixture(scope="module")
def portal():
    made = Portal()
    made.begin()
    made.publisher.publish_pending()
    made.move_postmortem(0, False)
    yield made
    made.teardown()


SKELETON = re.compile(rb"<!--.*?-->|<(/?)([a-zA-Z][^\s/>]*)([^>]*)>", re.DOTALL)


@settings(max_examples=1_000 if FULL else 12, deadline=None, suppress_health_check=list(HealthCheck))
@example("]]><script>alert(1)</script>\x0b\ufffe")
@given(invented() | st.sampled_from(INVENTED))
def test_feeds_and_xml_stay_what_they_are(portal: Portal, text: str) -> None:
    portal.places(text)
    for name, content in {**portal.files("*.rss"), **portal.files("*.xml"), **portal.files("*.svg")}.items():
        if not name.startswith("assets/"):
            assert etree.fromstring(content) is not None, name
    assert [fault for content in portal.files("*.rss").values() for fault in rss_faults(content)] == []
    if FULL:
        assert atom_faults(*portal.files("*.atom").values()) == []
    else:
        assert [etree.fromstring(content).tag for content in portal.files("*.atom").values()]


NAMED = {"history": "incident", "updates": "post", "postmortems": "postmortem"}
"""What each entry of a feed is one of: a name that changed would be one more than there are."""


def test_names_of_entries_never_change(portal: Portal, tell: Tell) -> None:
    """While titles, posts, components, time and the whole site change, an entry keeps its name in each feed."""
    rebuilds = 50 if FULL else 3
    seen: dict[str, set[str]] = {}
    for number in range(rebuilds):
        portal.places(f"Another title {number}: {FAILS}")
        portal.correct(2, WORKS)
        portal.time_passes(1440 if number % 5 == 0 else 31)
        portal.publisher.build()
        for name, content in {**portal.files("*.rss"), **portal.files("*.atom")}.items():
            tree = etree.fromstring(content)
            assert len(set(ids(tree))) == len(ids(tree)) == len(addresses(tree))
            seen.setdefault(name, set()).update(ids(tree))
    for name, names in seen.items():
        table = NAMED[pathlib.Path(name).stem]
        there_are = portal.database.connection().execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        assert 0 < len(names) <= there_are, name
    assert len(seen["updates.rss"]) > rebuilds
    assert atom_faults(*portal.files("*.atom").values()) == []
    entries = sum(map(len, seen.values()))
    tell("names of entries", f"{entries} entries of {len(seen)} feeds, each with one name over {rebuilds} rebuilds")


def addresses(tree: "etree._Element") -> list[str]:
    """Where each entry leads."""
    items = [str(item.findtext("link")) for item in tree.iter("item")]
    links = tree.iterfind(f"{ATOM}entry/{ATOM}link")
    return items + [str(one.get("href")) for one in links if one.get("rel", "alternate") == "alternate"]


def test_a_feed_that_breaks_a_rule_is_caught(portal: Portal) -> None:
    feed = portal.files("updates.rss")["updates.rss"]
    assert rss_faults(feed) == []
    for before, after in (
        (b" +0000", b" UTC"),
        (b'version="2.0"', b""),
        (b"isPermaLink", b"isAddress"),
        (b"<link>", b"<link>x"),
    ):
        assert rss_faults(feed.replace(before, after)) != [], after
    atom = portal.files("updates.atom")["updates.atom"]
    assert atom_faults(atom) == []
    for pattern in (rb"<updated>[^<]*</updated>", rb"<id>[^<]*</id>", rb"(?<=:\d\d)(Z|\+00:00)", rb'rel="self"'):
        assert atom_faults(re.sub(pattern, b"", atom)) != [], pattern


def test_settings_are_shown_as_they_are_written(tmp_path: pathlib.Path) -> None:
    for number, text in enumerate(INVENTED[:2] if not FULL else INVENTED):
        name = " ".join(clean(text).split())
        site = Hostile(
            tmp_path / str(number), ["A title"], {"site_name": name, "site_url": "https://s.example"}
        ).build()
        page = (site.home / "site" / "index.html").read_text()
        assert name in html.unescape(page)
        assert "<script>alert(1)" not in page
        assert "<svg onload" not in page
        assert "<img src=x" not in page
