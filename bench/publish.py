"""One post until it is public, beside the floor: one synchronous SQLite commit and the same files written and renamed.

    make bench            or   .venv/bin/python bench/publish.py [N ...]

Prints medians in milliseconds and ratios; the machine's speed cancels out of the ratios.
"""

import contextlib
import json
import os
import pathlib
import sqlite3
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import archive
from click.testing import CliRunner

from portal.cli import main as commands
from portal.config import Settings
from portal.domain.names import Permission
from portal.site import release
from portal.verbs.commands import Declare, Post
from portal.verbs.context import Actor
from portal.verbs.incidents import declare
from portal.verbs.posts import post
from portal.wiring import assemble

ROUNDS = 40


def measure(count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        portal = assemble(Settings(home=home, site_url="https://status.example.com"))
        if count:
            source = home / "past.json"
            archive.write(source, count)
            import_file(portal, source)
        begun = time.perf_counter()
        portal.publisher.build()
        built = time.perf_counter() - begun
        actor = Actor("bench", frozenset([Permission.ADMIN]))
        first = Post(
            state="investigating", body="Service A answers slowly for some people. Write to support@example.com."
        )
        values = Declare(
            title="Slow answers", components={"service-a": "degraded_performance"} if count else None, post=first
        )
        made = declare(portal.context, actor, values)
        portal.publisher.publish_pending()
        verbs, publishes, written = [], [], []
        for number in range(ROUNDS):
            body = f"Service A still answers slowly for some people; we looked at part {number} and go on."
            start = time.perf_counter()
            post(portal.context, actor, made.answer["ref"], Post(state="investigating", body=body))
            middle = time.perf_counter()
            with recording(written):
                portal.publisher.publish_pending()
            verbs.append(middle - start)
            publishes.append(time.perf_counter() - middle)
        lowest = floor(home, written[-1])
        total = statistics.median(verbs[5:]) + statistics.median(publishes[5:])
        return {
            "N": count,
            "full_build_s": round(built, 2),
            "files": len(written[-1]),
            "verb_ms": round(1000 * statistics.median(verbs[5:]), 1),
            "publish_ms": round(1000 * statistics.median(publishes[5:]), 1),
            "floor_ms": round(1000 * lowest, 2),
            "times_the_floor": round(total / lowest, 1),
        }


@contextlib.contextmanager
def recording(into: list[list[tuple[str, int]]]):
    """Note the files that one publication writes, with their sizes."""
    real = release._write
    seen: list[tuple[str, int]] = []

    def write(path, content, *, flush):
        seen.append((path.name, len(content)))
        real(path, content, flush=flush)

    release._write = write
    try:
        yield
    finally:
        release._write = real
        into.append(seen)


def floor(home: pathlib.Path, files: list[tuple[str, int]]) -> float:
    """Seconds for a durable commit and for writing, flushing and renaming files of the same sizes."""
    db = sqlite3.connect(home / "floor.db", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE post (body TEXT)")
    target = home / "floor"
    target.mkdir()
    rounds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        db.execute("INSERT INTO post VALUES ('a post')")
        for number, (_, size) in enumerate(files):
            with (target / "staging").open("wb") as handle:
                handle.write(b"x" * size)
                handle.flush()
                os.fsync(handle.fileno())
            os.replace(target / "staging", target / str(number))
        folder = os.open(target, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        rounds.append(time.perf_counter() - begun)
    return statistics.median(rounds)


def import_file(portal, source: pathlib.Path) -> None:
    done = CliRunner().invoke(
        commands, ["import", "statuspage", str(source)], env={"PORTAL_HOME": str(portal.settings.home)}
    )
    assert done.exit_code == 0, done.output[-500:]


def main() -> None:
    sizes = [int(word) for word in sys.argv[1:]] or [100, 2000]
    rows = [measure(size) for size in sizes]
    for row in rows:
        print(json.dumps(row))
    growth = rows[-1]["publish_ms"] / rows[0]["publish_ms"]
    print(f"growth of publish_ms from N={sizes[0]} to N={sizes[-1]}: {growth:.2f}x")


if __name__ == "__main__":
    main()
