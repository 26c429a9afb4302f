"""The full build: every artifact of the database, into a new release. It never asks `plan`."""

import contextlib
import hashlib
import html
import importlib.metadata
import json
import os
import pathlib
import re
import shutil
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from zlib import crc32

import portal
from portal import root
from portal.config import Settings
from portal.domain.names import ComponentStatus
from portal.domain.public import PublicIncident
from portal.language import languages, words_of
from portal.site.blocks import Blocks
from portal.site.builder import Builder, inline_hashes
from portal.site.doc import Doc
from portal.site.plan import Artifact
from portal.site.release import Release
from portal.site.render import Renderer, every_artifact
from portal.store.database import Database
from portal.store.public import PublicReader

HASHED = re.compile(r"\.[0-9a-f]{8}\.(min\.)?(js|css)$")
"""Assets whose name changes with their bytes; older ones stay reachable for a day."""
KEPT_SECONDS = 24 * 3600
INSIDE = frozenset({"playbooks", "rota.yaml"})
"""What a folder of pages may hold that is for people inside only."""
PACKAGES = (
    "mkdocs",
    "mkdocs-material",
    "babel",
    "markdown",
    "nh3",
    "jinja2",
    "feedgen",
    "icalendar",
    "pymdown-extensions",
)


def renderer_for(settings: Settings) -> Renderer:
    """A warm renderer for this portal's site."""
    builder = Builder(
        settings.home,
        settings.site_name,
        settings.base_url,
        settings.support_email,
        branding=settings.branding,
        language=settings.language,
    )
    return Renderer(builder, Blocks(words_of(settings.language)), settings.base_url, settings.websub_hub)


def reader_for(
    db: sqlite3.Connection, settings: Settings, kept: dict[int, PublicIncident] | None = None
) -> PublicReader:
    """Public state of an open snapshot, with the settings that pages print."""
    weights = {
        ComponentStatus.MAJOR_OUTAGE: settings.uptime.major_outage,
        ComponentStatus.PARTIAL_OUTAGE: settings.uptime.partial_outage,
    }
    return PublicReader(
        db,
        name=settings.site_name,
        url=settings.base_url,
        support_email=settings.support_email,
        time_zone=settings.time_zone,
        weights=weights,
        people=settings.process.people,
        kept=kept,
    )


def fingerprint(settings: Settings) -> str:
    """Everything but the database that a site is made of: settings, texts, templates, program, libraries (SHA-256)."""
    digest = hashlib.sha256()
    printed = settings.model_dump(
        include={
            **dict.fromkeys(
                ("site_url", "site_name", "support_email", "time_zone", "uptime", "branding", "language", "websub_hub"),
                True,
            ),
            "process": {"people"},
        },
        mode="json",
    )
    digest.update(json.dumps(printed, sort_keys=True).encode())
    for package in PACKAGES:
        digest.update(f"{package}={importlib.metadata.version(package)};".encode())
    program = pathlib.Path(portal.__file__).parent
    folders = [root() / "site_templates", *_content_folders(settings)]
    folders += [program / name for name in ("domain", "site", "store", "text", "wire")]
    single = [root() / "mkdocs.yml", program / "branding.py", program / "language.py", *settings.branding.files]
    for path in [*single, *(path for folder in folders for path in sorted(folder.rglob("*")))]:
        if path.is_file() and not ({"__pycache__", *INSIDE} & set(path.parts)):
            digest.update(str(path.name).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def build_share(
    settings: Settings,
    database: Database,
    release: Release,
    share: int = 0,
    shares: int = 1,
    *,
    renderer: Renderer | None = None,
) -> int:
    """Render the portions that fall to `share`, and with the first share all that is not made of rows. Answers the
    sequence that these files show. Nothing is flushed: the switch does that once.

    What falls to whom depends on names alone: each share has a snapshot of its own, and a change between two of them
    that brings a portion more or less must move no other.
    """
    renderer = renderer or renderer_for(settings)
    with database.snapshot() as db:
        kept: dict[int, PublicIncident] = {}
        reader = reader_for(db, settings, kept)
        mine = (one for one in every_artifact(reader) if _turn(one[1][-1]) % shares == share)
        for _, year in groupby(mine, key=itemgetter(0)):
            for _, part in year:
                if part[-1].kind == "month":
                    reader.month(part[-1].key)
                for one in part:
                    for path, content in renderer.render(reader, one):
                        if content is not None:
                            _write_plain(release.file(path), content)
            kept.clear()
        sequence = reader.page.sequence
    if share == 0:
        _write_the_rest(settings, renderer.builder, release)
    return sequence


def _turn(one: Artifact) -> int:
    """Neighbouring months in turn, everything else by chance."""
    if one.kind == "month":
        return 12 * int(one.key[:4]) + int(one.key[5:])
    return crc32(f"{one.kind}/{one.key}".encode())


def _write_the_rest(settings: Settings, builder: Builder, release: Release) -> None:
    builder.copy_assets(release.site)
    pages = {
        release.site / "404.html": builder.template_html("404.html"),
        release.path / "shell.html": builder.template_html("shell.html"),
    }
    for src, path in content_pages(settings):
        if path.suffix == ".md":
            text = _addressed(path.read_text("utf-8"), settings)
            _write_plain(release.docs / src, text.encode())
            pages[release.site / Doc(src, {}, ()).dest] = builder.content_html(src, text)
        else:
            _write_plain(release.docs / src, path.read_bytes())
            _write_plain(release.site / src, path.read_bytes())
    for path, page in pages.items():
        _write_plain(path, page.encode())
    embeds = root() / "site_templates"
    _write_plain(release.site / "embed/banner.js", (embeds / "embed" / "banner.js").read_bytes())
    generated = builder.page_html(Doc("incidents/x.md", {"title": "x"}, ()))
    view = inline_hashes([(embeds / "blocks" / "embed.html").read_text("utf-8")])
    hashes = inline_hashes([*pages.values(), generated]) | {"embed-style-src": view["style-src"]}
    _write_plain(release.path / "csp.json", json.dumps(hashes).encode())


def _addressed(text: str, settings: Settings) -> str:
    """A page written by hand with the values of settings in place of their names."""
    url = html.escape(settings.base_url)
    decimal = words_of(settings.language).decimal
    values = {
        "{{site_url}}": url,
        "{{site_host}}": url.partition("://")[2],
        "{{major_weight}}": decimal(str(settings.uptime.major_outage)),
        "{{partial_weight}}": decimal(str(settings.uptime.partial_outage)),
    }
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def _content_folders(settings: Settings) -> list[pathlib.Path]:
    own = [settings.content] if settings.content else []
    return [root() / "content", *own]


def content_pages(settings: Settings) -> list[tuple[str, pathlib.Path]]:
    """Hand-written pages, (path below docs/, file); the operator's folder wins, and in each folder what stands in one
    that is named as the page's language (`de/about.md` becomes about.md). Left out are playbooks, the rota, other
    languages, and whatever has a dot in front, such as a `.git` that the folder came with."""
    found: dict[str, pathlib.Path] = {}
    known = languages()
    for folder in _content_folders(settings):
        spoken: dict[str, pathlib.Path] = {}
        for path in sorted(folder.rglob("*")):
            src = path.relative_to(folder).as_posix()
            first, _, rest = src.partition("/")
            if not path.is_file() or first in INSIDE or any(part.startswith(".") for part in src.split("/")):
                continue
            if rest and first in known:
                spoken |= {rest: path} if first == settings.language else {}
            else:
                found[src] = path
        found |= spoken
    return sorted(found.items())


def carry_assets(old: Release | None, new: Release, now: float) -> None:
    """Keep hash-named assets of the superseded release for a day, for pages readers still have open. `now`: seconds
    since 1970."""
    if old is None:
        return
    carried = _carried(old)
    kept: dict[str, float] = {}
    for path in old.site.glob("assets/**/*"):
        name = path.relative_to(old.site).as_posix()
        since = carried.get(name, now)
        if not HASHED.search(name) or (new.site / name).exists() or now - since > KEPT_SECONDS:
            continue
        target = new.site / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        kept[name] = since
    (new.path / "carried.json").write_text(json.dumps(kept), "utf-8")


def _carried(release: Release) -> dict[str, float]:
    with contextlib.suppress(OSError, ValueError):
        found: dict[str, float] = json.loads((release.path / "carried.json").read_text("utf-8"))
        return found
    return {}


def differences(left: Release, right: Release) -> Iterator[str]:
    """Paths below site/ and docs/ that differ between two releases; carried assets of `left` don't count."""
    carried = set(_carried(left))
    names = {one: _names(one) for one in (left.path, right.path)}
    for name in sorted(names[left.path] | names[right.path]):
        if name.removeprefix("site/") in carried and name not in names[right.path]:
            continue
        if name not in names[right.path]:
            yield f"{name} should not be there"
        elif name not in names[left.path]:
            yield f"{name} is missing"
        elif (left.path / name).read_bytes() != (right.path / name).read_bytes():
            yield f"{name} differs"


def _names(top: pathlib.Path) -> set[str]:
    found = set()
    for part in ("site", "docs"):
        for folder, _, files in os.walk(top / part):
            base = os.path.relpath(folder, top)
            found |= {f"{base}/{name}" for name in files}
    found |= {name for name in ("csp.json", "shell.html") if (top / name).exists()}
    return found


def _write_plain(path: pathlib.Path, content: bytes) -> None:
    name = str(path)  # tens of thousands of times, and Path.open takes twice as long
    try:
        _write(name, content)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(name), exist_ok=True)
        _write(name, content)


def _write(name: str, content: bytes) -> None:
    with open(name, "wb", buffering=0) as file:
        file.write(content)
