"""What is attacked by crashes and failing disks: commands, the homes they find, and what may be left afterwards."""

import contextlib
import gc
import json
import os
import pathlib
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import CodeType

import jinja2
import sqlite_utils

import portal.cli.backup
import portal.cli.build
import portal.cli.component
import portal.cli.import_
import portal.cli.incident
import portal.workers.publisher  # noqa: F401  (a victim must not spend its time on imports)
from portal import wiring
from portal.cli import main
from portal.cli.opening import operator
from portal.config import Settings
from portal.store import copies
from portal.store.migrations import migrations
from portal.verbs import posts
from portal.verbs.commands import Post
from portal.verbs.context import Context
from portal.workers import building
from tests.imports.telling import component, incident, update
from tests.proofs.crashes import End, run

Work = Callable[[], int]
ADDRESS = "https://status.example.com"
RECOVERED_S = 60.0
OLD = "Searches fail for some people in the Search component right now."
NEW = "We found the cause of the failing searches in Search and are mending it."
KEPT = "Searches work again for most people in the Search component."
REFUSED = "zanzibar"


@dataclass(frozen=True)
class Victim:
    """`prepare` makes a home, `work` changes it, `judge` says whether what is left after a restart is allowed."""

    name: str
    prepare: Callable[[pathlib.Path], None]
    work: Callable[[pathlib.Path], Work]
    judge: Callable[[pathlib.Path, End], None]


def command(home: pathlib.Path, *words: str) -> Work:
    """`portal WORDS` in a home, for a process that ends with it."""

    def work() -> int:
        _enter(home)
        try:
            main(list(words))
        finally:
            gc.collect()  # as at the end of every process, the database is closed
        return 0

    return work


def done(home: pathlib.Path, *words: str, code: int = 0) -> str:
    end = run(command(home, *words), home)
    assert end.code == code, f"portal {' '.join(words)}: {end.code}\n{end.told}{end.complained}"
    return end.told


def restart(home: pathlib.Path) -> End:
    """A portal starts in the home, publishes until all is public, stops; then `portal check`."""

    def work() -> int:
        _enter(home)
        portal = wiring.assemble(_settings(home))
        stop = threading.Event()
        thread = threading.Thread(target=portal.publisher.run, args=(stop,))
        thread.start()
        limit = time.monotonic() + RECOVERED_S
        while not portal.publisher.status().current:
            assert time.monotonic() < limit, portal.publisher.status()
            time.sleep(0.002)
        stop.set()
        portal.publisher.wake()
        thread.join()
        main(["check"])
        return 0

    return run(work, home)


def warm(home: pathlib.Path) -> None:
    """Build a site in this process and keep its compiled templates, so that no victim spends its time on them."""
    kept: dict[object, CodeType] = {}
    compile_anew = jinja2.Environment.compile

    def compile_once(self, source, name=None, filename=None, raw=False, defer_init=False):
        key = (type(self), self.autoescape, tuple(self.extensions), source, name, filename)
        if raw or key not in kept:
            made = compile_anew(self, source, name, filename, raw, defer_init)
            if raw:
                return made
            kept[key] = made
        return kept[key]

    jinja2.Environment.compile = compile_once
    portal = wiring.assemble(_settings(home))
    portal.publisher.build()
    portal.database.close()


def _enter(home: pathlib.Path) -> None:
    os.chdir(home.parent)
    os.environ.update(PORTAL_HOME=str(home), PORTAL_SITE_URL=ADDRESS, PORTAL_SUPPORT_EMAIL="support@example.com")


def _settings(home: pathlib.Path) -> Settings:
    return Settings(home=home, site_url=ADDRESS, support_email="support@example.com")


def rows(home: pathlib.Path, query: str, *values: object) -> list[tuple[object, ...]]:
    """Ask the database without changing anything in its folder."""
    uri = f"{(home / 'portal.db').as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as db:
        return db.execute(query, values).fetchall()


def _open_incident(home: pathlib.Path) -> None:
    done(home, "component", "add", "Search")
    words = ("incident", "declare", "Search is down", "--severity", "critical", "--customer-impact", "yes")
    done(home, *words, "--component", "search=major_outage", "--post", OLD)
    done(
        home,
        "incident",
        "post",
        "INC-1",
        "identified",
        f"Sign in at https://ops:{REFUSED}-7@portal.example.com now.",
        code=2,
    )


# one post


def _post(home: pathlib.Path) -> Work:
    return command(home, "incident", "post", "INC-1", "identified", NEW, "--json")


def _judge_post(home: pathlib.Path, end: End) -> None:
    _judge_text(home, NEW, recorded='"seq": 2' in end.told, refused=_says_nothing_was_done(end))


def _judge_text(home: pathlib.Path, text: str, *, recorded: bool, refused: bool) -> None:
    """Never lost, doubled, or public although refused."""
    found = [str(body) for (body,) in rows(home, "SELECT body FROM post")]
    times = sum(body.startswith(text) for body in found)
    assert times == 1 if recorded else times in (0, 1), f"recorded {times} times: {text}"
    assert not (refused and times), f"refused, and there all the same: {text}"
    public = json.loads((home / "site" / "updates.json").read_text())["items"]
    assert sum(text in item["content_html"] for item in public) == times
    assert sum(OLD in item["content_html"] for item in public) == 1
    assert REFUSED not in everything_public(home)


def _says_nothing_was_done(end: End) -> bool:
    return "Nothing was" in end.told + end.complained


# one full build, with a post while it runs


def _build(home: pathlib.Path) -> Work:
    def work() -> int:
        real = building.build_into

        def while_somebody_posts(settings, database, *more, **given):
            sequence = real(settings, database, *more, **given)
            body = Post(state="identified", body=NEW)
            posts.post(Context(database, settings), operator(), "INC-1", body)
            print("posted")
            return sequence

        building.build_into = while_somebody_posts
        return command(home, "build")()

    return work


def _judge_build(home: pathlib.Path, end: End) -> None:
    _judge_text(home, NEW, recorded="posted" in end.told, refused=False)
    if "Published change 3" in end.told:
        assert (home / "site").resolve().parent.name != "1"


# one import


def _before_import(home: pathlib.Path, incidents: int = 4) -> None:
    _open_incident(home)
    told = []
    for number in range(1, incidents + 1):
        day = (datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=number)).date()
        start, end = (f"{day}T1{hour}:00:00.000Z" for hour in (0, 1))
        first = update(f"up{number:05}00001", "investigating", start, code="operational>major_outage")
        last = update(f"up{number:05}00002", "resolved", end, code="major_outage>operational")
        told.append(incident(f"abcdefg{number:05}", first, last, resolved_at=end))
    page = {"page": {"id": "p", "name": "Old"}, "components": [component("code", "Code")], "incidents": told}
    home.joinpath("old.json").write_text(json.dumps(page))


def _import(home: pathlib.Path) -> Work:
    return command(home, "import", "statuspage", str(home / "old.json"))


def _judge_import(home: pathlib.Path, end: End) -> None:
    ((imported,),) = rows(home, "SELECT count(*) FROM incident WHERE id > 1")
    assert imported in ((4,) if "created 4" in end.told else (0, 4))
    assert not (imported and _says_nothing_was_done(end))
    _judge_text(home, OLD, recorded=True, refused=False)
    again = done(home, "import", "statuspage", str(home / "old.json")).splitlines()[-1]
    assert again == (
        "created 0, updated 0, unchanged 4, skipped 0" if imported else "created 4, updated 0, unchanged 0, skipped 0"
    )
    assert rows(home, "SELECT count(*) FROM incident") == [(5,)]


def with_a_long_history(home: pathlib.Path) -> None:
    """So long that full builds are made by child processes."""
    _before_import(home, incidents=building.SMALL + 10)
    done(home, "import", "statuspage", str(home / "old.json"))


# one migration: a home of the second schema step


def _before_migration(home: pathlib.Path) -> None:
    home.mkdir(parents=True)
    with contextlib.closing(sqlite3.connect(home / "portal.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        migrations.apply(sqlite_utils.Database(db), stop_before="m003_postmortems")
        now = "2026-01-01T00:00:00.000Z"
        db.execute("INSERT INTO portal VALUES (1, 'abcdef', 'page00000001', ?, ?)", (now, now))
        db.execute(
            "INSERT INTO person (email, name, permissions, created_at) VALUES ('ada@example.com', 'Ada', 'admin', ?)",
            (now,),
        )


def _migrate(home: pathlib.Path) -> Work:
    return command(home, "component", "list")


def _judge_migration(home: pathlib.Path, end: End) -> None:
    assert rows(home, "SELECT email FROM person") == [("ada@example.com",)]
    assert rows(home, "SELECT epoch FROM portal") == [("abcdef",)]
    known = {migration.name for migration in migrations._migrations}
    assert {name for (name,) in rows(home, "SELECT name FROM _sqlite_migrations")} == known


# one first start, in an empty folder


def _before_anything(home: pathlib.Path) -> None:
    home.mkdir(parents=True)


def _start(home: pathlib.Path) -> Work:
    return command(home, "token", "add", "first", "--role", "admin")


def _judge_start(home: pathlib.Path, end: End) -> None:
    ((tokens,),) = rows(home, "SELECT count(*) FROM api_token")
    assert tokens == 1 if "abp_" in end.told else tokens in (0, 1)
    assert not (tokens and _says_nothing_was_done(end))
    done(home, "token", "add", "second", "--role", "admin")


# one backup, and one restore of an older state


def _before_restore(home: pathlib.Path) -> None:
    _open_incident(home)
    done(home, "backup", str(home / "copy.db"))
    done(home, "incident", "post", "INC-1", "identified", KEPT)


def _backup(home: pathlib.Path) -> Work:
    return command(home, "backup", str(home / "fresh.db"))


def _judge_backup(home: pathlib.Path, end: End) -> None:
    fresh = home / "fresh.db"
    assert fresh.exists() or "audit records" not in end.told
    if fresh.exists():
        assert copies.facts(fresh).records == rows(home, "SELECT count(*) FROM audit")[0][0]
    done(home, "backup", str(fresh), "--replace")


def _restore(home: pathlib.Path) -> Work:
    return command(home, "restore", str(home / "copy.db"), "--force")


def _judge_restore(home: pathlib.Path, end: End) -> None:
    posted = json.loads((home / "site" / "updates.json").read_text())["items"]
    ((records,),) = rows(home, "SELECT count(*) FROM audit WHERE action = 'restore'")
    assert records == 1 if "Restored" in end.told else records in (0, 1)
    assert len(posted) == 2 - int(str(records)), "the old state whole, or the backup's"
    aside = list(home.glob("portal-before-restore-*.db"))
    if records:
        assert copies.facts(aside[0]).records > copies.facts(home / "copy.db").records, "what was there is kept"


VICTIMS = {
    one.name: one
    for one in (
        Victim("post", _open_incident, _post, _judge_post),
        Victim("build", _open_incident, _build, _judge_build),
        Victim("import", _before_import, _import, _judge_import),
        Victim("migration", _before_migration, _migrate, _judge_migration),
        Victim("first start", _before_anything, _start, _judge_start),
        Victim("backup", _before_restore, _backup, _judge_backup),
        Victim("restore", _before_restore, _restore, _judge_restore),
    )
}


def everything_public(home: pathlib.Path) -> str:
    """All files of the public site; each of them must be whole."""
    texts = []
    for folder, _, names in os.walk(home / "site"):
        for name in names:
            path = pathlib.Path(folder, name)
            if "assets" in path.parts:
                continue
            text = path.read_text("utf-8")
            if name.endswith(".json"):
                json.loads(text)
            elif name.endswith((".html", ".rss", ".atom", ".xml", ".svg")):
                assert text.rstrip().endswith(">"), f"{path} is cut off"
            texts.append(text)
    return "\n".join(texts)
