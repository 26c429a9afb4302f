"""Whether a feed is what its format says: Atom by RELAX NG (jing), RSS 2.0 by rules of our own."""

import email.utils
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
from collections import Counter

import pytest
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
SCHEMA = pathlib.Path(__file__).with_name("atom.rnc")
CHANNEL = {"title", "link", "description", "docs", "generator", "language", "lastBuildDate"}
CHANNEL |= {"managingEditor", "ttl", "item"}
ITEM = {"title", "link", "description", "guid", "pubDate", CONTENT, "author"}
RFC_822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (\+|-)\d{4}")


def atom_faults(*feeds: bytes) -> list[str]:
    """What jing says against the schema of RFC 4287, and what the RFC asks beyond a grammar."""
    jing = shutil.which("jing")
    if jing is None:
        if os.environ.get("CI"):
            pytest.fail("jing is not installed")
        pytest.skip("jing is not installed")
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, feed in enumerate(feeds):
            paths.append(pathlib.Path(folder, f"{number}.atom"))
            paths[-1].write_bytes(feed)
        done = subprocess.run([jing, "-c", str(SCHEMA), *map(str, paths)], capture_output=True, text=True, check=False)
    found = done.stdout.splitlines() if done.returncode else []
    return found + [fault for feed in feeds for fault in _beyond_the_grammar(etree.fromstring(feed))]


def _beyond_the_grammar(feed: "etree._Element") -> list[str]:
    found = []
    entries = feed.findall(f"{ATOM}entry")
    if feed.find(f"{ATOM}author") is None and any(one.find(f"{ATOM}author") is None for one in entries):
        found.append("an entry without an author (4.1.1)")
    if not [one for one in feed.findall(f"{ATOM}link") if one.get("rel") == "self"]:
        found.append("no link to itself (4.1.1)")
    for one in entries:
        alternates = [link for link in one.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
        if one.find(f"{ATOM}content") is None and not alternates:
            found.append("neither content nor an alternate link (4.1.2)")
        if len(alternates) > 1:
            found.append("several alternate links (4.1.2)")
    found += [f"two entries {name} (4.2.6)" for name, count in Counter(ids(feed)).items() if count > 1]
    return found


def ids(tree: "etree._Element") -> list[str]:
    """The permanent names of the entries, in their order."""
    return [text for one in tree.iter(f"{ATOM}id", "guid") if one.getparent() is not tree and (text := one.text)]


def rss_faults(feed: bytes) -> list[str]:
    """What is against RSS 2.0 (www.rssboard.org/rss-specification), or what its readers stumble over."""
    tree = etree.fromstring(feed)
    channels = list(tree)
    if tree.tag != "rss" or tree.get("version") != "2.0" or [one.tag for one in channels] != ["channel"]:
        return ["not an rss element of version 2.0 with one channel"]
    channel = channels[0]
    found = [f"no {name}" for name in ("title", "link", "description") if not (channel.findtext(name) or "").strip()]
    found += _named("channel", channel, CHANNEL | {f"{ATOM}link"}, several={"item", f"{ATOM}link"})
    for item in channel.findall("item"):
        found += _named("item", item, ITEM, several=set())
        if not (item.findtext("title") or item.findtext("description")):
            found.append("an item without title and description")
        guid = item.find("guid")
        if guid is None or guid.get("isPermaLink") not in {"true", "false"} or not guid.text:
            found.append("an item without a guid that says whether it is an address")
        elif guid.get("isPermaLink") == "true" and not guid.text.startswith(("http://", "https://")):
            found.append(f"guid {guid.text} is no address")
    for one in tree.iter("pubDate", "lastBuildDate"):
        text = one.text or ""
        if not RFC_822.fullmatch(text) or email.utils.parsedate_to_datetime(text).strftime("%a") != text[:3]:
            found.append(f"{one.tag} {text} is no date of RFC 822")
    for one in tree.iter("link"):
        if not (one.text or "").startswith(("http://", "https://")):
            found.append(f"link {one.text} is no address")
    return found + [f"two items {name}" for name, count in Counter(ids(tree)).items() if count > 1]


def _named(where: str, element: "etree._Element", known: set[str], several: set[str]) -> list[str]:
    counts = Counter(str(one.tag) for one in element)
    found = [f"{where}: there is no {name}" for name in counts.keys() - known]
    return found + [
        f"{where}: {name} {count} times" for name, count in counts.items() if count > 1 and name not in several
    ]
