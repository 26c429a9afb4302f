"""Bulk reading and writing of imported history: many rows at once, ids chosen beforehand."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

Moves = dict[int, tuple[str, str]]
"""component -> (old, new)"""
Impact = tuple[int, str, str, str | None]
"""(component, level, from_at, to_at)"""

_NAMES = (
    "public_id kind title public_title state outcome severity customer_impact impact_level started_at resolved_at"
    " closed_at end_unknown post_state first_post_at last_post_at scheduled_for scheduled_until declared_at"
    " declared_by source source_id created_at updated_at"
)
COLUMNS = _NAMES.split()
"""What an import writes of an incident."""

_PART = 500


@dataclass
class StoredPost:
    """A post as the database has it, or will have it (`id` None)."""

    id: int | None
    public_id: str
    state: str
    body: str
    display_at: str
    author: str
    source_id: str | None
    notify: int
    redacted: bool = False
    moves: Moves = field(default_factory=dict)
    changed: bool = False


@dataclass
class StoredIncident:
    """An incident with all that an import may change; `id` None until it is written."""

    id: int | None
    columns: dict[str, Any]
    posts: list[StoredPost] = field(default_factory=list)
    impacts: list[Impact] = field(default_factory=list)
    redirects: set[str] = field(default_factory=set)
    fresh: bool = False
    """made by this import"""
    hidden: bool = False
    imported_at: str = ""
    changed: bool = False
    impacts_changed: bool = False
    what: list[str] = field(default_factory=list)


def stored_incidents(db: sqlite3.Connection, source: str, source_ids: Sequence[str]) -> dict[str, StoredIncident]:
    """Incidents that were imported before, by their source's id."""
    found: dict[str, StoredIncident] = {}
    by_id: dict[int, StoredIncident] = {}
    for part in _parts(source_ids):
        for row in db.execute(
            f"SELECT * FROM incident WHERE source = ? AND source_id IN ({_marks(part)})", (source, *part)
        ):
            one = StoredIncident(row["id"], {name: row[name] for name in COLUMNS})
            one.hidden = bool(row["security"]) or row["kind"] == "drill"
            found[row["source_id"]] = by_id[row["id"]] = one
    for part in _parts(list(by_id)):
        _load_parts(db, by_id, part)
    return found


def _load_parts(db: sqlite3.Connection, by_id: dict[int, StoredIncident], part: Sequence[int]) -> None:
    marks = _marks(part)
    posts: dict[int, StoredPost] = {}
    for row in db.execute(
        f"SELECT * FROM post WHERE incident_id IN ({marks}) ORDER BY incident_id, display_at, id", part
    ):
        post = StoredPost(
            row["id"], row["public_id"], row["state"], row["body"], row["display_at"], row["author"], row["source_id"],
            row["notify"], row["redacted_at"] is not None,
        )  # fmt: skip
        posts[row["id"]] = post
        by_id[row["incident_id"]].posts.append(post)
    for row in db.execute(
        f"SELECT post_component.* FROM post_component JOIN post ON post.id = post_id WHERE incident_id IN ({marks})",
        part,
    ):
        posts[row["post_id"]].moves[row["component_id"]] = (row["old_status"], row["new_status"])
    for row in db.execute(f"SELECT * FROM impact WHERE incident_id IN ({marks})", part):
        by_id[row["incident_id"]].impacts.append((row["component_id"], row["level"], row["from_at"], row["to_at"]))
    for row in db.execute(f"SELECT * FROM redirect WHERE incident_id IN ({marks})", part):
        by_id[row["incident_id"]].redirects.add(row["path"])
    for row in db.execute(
        f"SELECT incident_id, max(recorded_at) AS at FROM timeline WHERE kind = 'imported' AND incident_id IN ({marks})"
        " GROUP BY incident_id",
        part,
    ):
        by_id[row["incident_id"]].imported_at = row["at"]


def taken_ids(db: sqlite3.Connection, table: str) -> set[str]:
    """All public ids of a table."""
    return {row[0] for row in db.execute(f"SELECT public_id FROM {table}")}


def write_new(db: sqlite3.Connection, incidents: Sequence[StoredIncident], actor: str, now: str) -> None:
    """Insert incidents with their posts, impacts, redirects and a timeline row each; fills in their ids."""
    first = _next_id(db, "incident")
    for number, one in enumerate(incidents, first):
        one.id = number
    names = ", ".join(["id", *COLUMNS])
    db.executemany(
        f"INSERT INTO incident ({names}) VALUES ({_marks([0, *COLUMNS])})",
        ((one.id, *(one.columns.get(name) for name in COLUMNS)) for one in incidents),
    )
    _insert_posts(db, [(one, post) for one in incidents for post in one.posts])
    _insert_impacts(db, incidents)
    _insert_redirects(db, incidents)
    _tell(db, ((one, "Imported") for one in incidents), actor, now)


def write_changed(db: sqlite3.Connection, incidents: Sequence[StoredIncident], actor: str, now: str) -> None:
    """Update incidents that were imported before: columns, new and changed posts, impacts that moved."""
    sets = ", ".join(f"{name} = ?" for name in COLUMNS)
    for one in incidents:
        db.execute(f"UPDATE incident SET {sets} WHERE id = ?", (*(one.columns[name] for name in COLUMNS), one.id))
        for post in one.posts:
            if post.id is not None and post.changed:
                db.execute(
                    "UPDATE post SET state = ?, body = ?, display_at = ?, published_at = ?, source_id = ?, notify = ?"
                    " WHERE id = ?",
                    (post.state, post.body, post.display_at, post.display_at, post.source_id, post.notify, post.id),
                )
                db.execute("DELETE FROM post_component WHERE post_id = ?", (post.id,))
                _insert_moves(db, [post])
    moved = [one for one in incidents if one.impacts_changed]
    db.executemany("DELETE FROM impact WHERE incident_id = ?", ((one.id,) for one in moved))
    _insert_impacts(db, moved)
    _insert_posts(db, [(one, post) for one in incidents for post in one.posts if post.id is None])
    _insert_redirects(db, incidents)
    _tell(db, ((one, f"Imported again: {', '.join(one.what)}") for one in incidents), actor, now)


def _insert_posts(db: sqlite3.Connection, posts: Sequence[tuple[StoredIncident, StoredPost]]) -> None:
    for number, (_, post) in enumerate(posts, _next_id(db, "post")):
        post.id = number
    db.executemany(
        "INSERT INTO post (id, public_id, incident_id, state, body, display_at, published_at, notify, author,"
        " source_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (post.id, post.public_id, one.id, post.state, post.body, post.display_at, post.display_at, post.notify,
             post.author, post.source_id)
            for one, post in posts
        ),
    )  # fmt: skip
    _insert_moves(db, [post for _, post in posts])


def _insert_moves(db: sqlite3.Connection, posts: Sequence[StoredPost]) -> None:
    db.executemany(
        "INSERT INTO post_component (post_id, component_id, old_status, new_status) VALUES (?, ?, ?, ?)",
        ((post.id, component, old, new) for post in posts for component, (old, new) in post.moves.items()),
    )


def _insert_impacts(db: sqlite3.Connection, incidents: Sequence[StoredIncident]) -> None:
    db.executemany(
        "INSERT INTO impact (incident_id, component_id, level, from_at, to_at) VALUES (?, ?, ?, ?, ?)",
        ((one.id, *impact) for one in incidents for impact in one.impacts),
    )


def _insert_redirects(db: sqlite3.Connection, incidents: Sequence[StoredIncident]) -> None:
    db.executemany(
        "INSERT OR IGNORE INTO redirect (path, incident_id) VALUES (?, ?)",
        ((path, one.id) for one in incidents for path in sorted(one.redirects)),
    )


def _tell(db: sqlite3.Connection, told: Iterable[tuple[StoredIncident, str]], actor: str, now: str) -> None:
    db.executemany(
        "INSERT INTO timeline (incident_id, happened_at, recorded_at, actor, kind, text)"
        " VALUES (?, ?, ?, ?, 'imported', ?)",
        (
            (one.id, now, now, actor, f"{text} from {one.columns['source']} ({one.columns['source_id']})")
            for one, text in told
        ),
    )


def _next_id(db: sqlite3.Connection, table: str) -> int:
    """The first id that AUTOINCREMENT has never given; only valid inside a write transaction."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return (row[0] if row else 0) + 1


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _PART):
        yield values[start : start + _PART]


def _marks(values: Sequence[Any]) -> str:
    return ",".join("?" for _ in values)
