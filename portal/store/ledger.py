"""What every write leaves behind: audit rows, timeline rows, and a `change` row per public subject it touched."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.domain.public import Neighbour
from portal.domain.touches import Touches

INCIDENTS_PER_CHANGE = 200
"""A component with more public incidents than this is renamed by a full build instead of page by page."""


@dataclass(frozen=True)
class Footprint:
    """Where a subject shows in public right now; `face` is what other pages print of it, and `lists` are those of them
    that need no rewriting while it stays the same."""

    touches: Touches = field(default_factory=Touches)
    face: tuple[Any, ...] = ()
    lists: Touches = field(default_factory=Touches)


def incident_footprint(db: sqlite3.Connection, incident_id: int) -> Footprint:
    """Where an incident (and its postmortem) is public at this moment; empty while nothing of it is."""
    touches = Touches()
    row = db.execute(
        "SELECT public_id, kind, title, impact_level, false_alarm, started_at, resolved_at, end_unknown, scheduled_for,"
        " scheduled_until FROM public_incident WHERE id = ?",
        (incident_id,),
    ).fetchone()
    slugs: frozenset[str] = frozenset()
    face: tuple[Any, ...] = ()
    lists = Touches()
    if row:
        slugs = frozenset(
            name
            for (name,) in db.execute(
                "SELECT slug FROM public_component WHERE id IN (SELECT component_id FROM impact WHERE incident_id = ?1"
                " UNION SELECT component_id FROM post_component JOIN post ON post.id = post_id WHERE incident_id = ?1)",
                (incident_id,),
            )
        )
        redirects = frozenset(
            path for (path,) in db.execute("SELECT path FROM redirect WHERE incident_id = ?", (incident_id,))
        )
        touches = Touches(
            incidents=frozenset([row["public_id"]]),
            months=frozenset([row["started_at"][:7]]),
            components=slugs,
            redirects=redirects,
            maintenance=row["kind"] == "maintenance",
        )
        impacts = db.execute(
            "SELECT component_id, level, from_at, to_at FROM public_impact WHERE incident_id = ? ORDER BY id",
            (incident_id,),
        ).fetchall()
        face = (*row, *map(tuple, impacts), slugs)
        lists = _lists(db, incident_id, row, impacts, slugs)
    article = db.execute(
        "SELECT slug, tags, published_at FROM public_postmortem WHERE incident_id = ?", (incident_id,)
    ).fetchone()
    if article:
        facets = {("year", (row["started_at"] if row else article["published_at"])[:4])}
        facets |= {("tag", tag) for tag in json.loads(article["tags"])}
        facets |= {("component", slug) for slug in slugs}
        touches |= Touches(postmortems=frozenset([article["slug"]]), facets=frozenset(facets))
    return Footprint(touches, face, lists)


def _lists(
    db: sqlite3.Connection,
    incident_id: int,
    row: sqlite3.Row,
    impacts: Sequence[sqlite3.Row],
    slugs: Iterable[str],
) -> Touches:
    """The years whose days it colours, the parts of its year that list it, the incidents before and after it, and the
    months before and after when its own is there for it alone."""
    as_of = db.execute("SELECT as_of FROM portal").fetchone()[0]
    year, month = row["started_at"][:4], row["started_at"][:7]
    begun = [row["started_at"], *(one["from_at"] for one in impacts)]
    ended = [row["resolved_at"] or as_of, *(one["to_at"] or as_of for one in impacts)]
    return Touches(
        beside=frozenset(one.public_id for one in beside(db, row["started_at"], incident_id) if one),
        months=frozenset(filter(None, months_beside(db, month))) if _is_alone(db, month) else frozenset(),
        years=frozenset(f"{number:04}" for number in range(int(min(begun)[:4]), int(max(ended)[:4]) + 1)) | {year},
        listings=frozenset([f"kind/{row['kind']}/{year}", *(f"component/{slug}/{year}" for slug in slugs)]),
    )


def beside(db: sqlite3.Connection, started_at: str, incident_id: int) -> tuple[Neighbour | None, Neighbour | None]:
    """The public incidents that began before and after this place in the order of all of them."""
    found = []
    for sign, order in (("<", "DESC"), (">", "ASC")):
        row = db.execute(
            f"SELECT public_id, title FROM public_incident WHERE (started_at, id) {sign} (?, ?)"
            f" ORDER BY started_at {order}, id {order} LIMIT 1",
            (started_at, incident_id),
        ).fetchone()
        found.append(Neighbour(row["public_id"], row["title"]) if row else None)
    return found[0], found[1]


def months_beside(db: sqlite3.Connection, month: str) -> tuple[str | None, str | None]:
    """The nearest months before and after one (`2026-11`) in which anything public began."""
    before = db.execute("SELECT max(started_at) FROM public_incident WHERE started_at < ?", (f"{month}-01",))
    after = db.execute("SELECT min(started_at) FROM public_incident WHERE started_at >= ?", (f"{month}-32",))
    earlier, later = (found.fetchone()[0] for found in (before, after))
    return earlier and earlier[:7], later and later[:7]


def _is_alone(db: sqlite3.Connection, month: str) -> bool:
    """Whether no more than one public incident began in a month."""
    span = (f"{month}-01", f"{month}-32")
    rows = db.execute("SELECT 1 FROM public_incident WHERE started_at >= ? AND started_at < ? LIMIT 2", span)
    return len(rows.fetchall()) < 2


def component_footprint(db: sqlite3.Connection, component_id: int) -> Footprint:
    """Where a component shows; `face` tells whether pages of incidents that name it would change too."""
    row = db.execute(
        "SELECT slug, name, description, group_id, position, showcase, updated_at, retired_at FROM public_component"
        " WHERE id = ?",
        (component_id,),
    ).fetchone()
    if row is None:
        return Footprint()
    return Footprint(Touches(components=frozenset([row["slug"]])), tuple(row))


def incidents_of_component(db: sqlite3.Connection, component_id: int) -> Touches:
    """Every public page that names the component through an incident; `everything` when there are too many."""
    rows = db.execute(
        "SELECT id FROM public_incident WHERE id IN (SELECT incident_id FROM impact WHERE component_id = ?1 UNION"
        " SELECT incident_id FROM post_component JOIN post ON post.id = post_id WHERE component_id = ?1) LIMIT ?2",
        (component_id, INCIDENTS_PER_CHANGE + 1),
    ).fetchall()
    if len(rows) > INCIDENTS_PER_CHANGE:
        return Touches(everything=True)
    touches = Touches()
    for (incident_id,) in rows:
        footprint = incident_footprint(db, incident_id)
        touches |= footprint.touches | footprint.lists
    return touches


def names_of(db: sqlite3.Connection, slugs: Iterable[str]) -> list[str]:
    """The names of public components, by their addresses."""
    return [
        name for slug in slugs for (name,) in db.execute("SELECT name FROM public_component WHERE slug = ?", (slug,))
    ]


def namesakes(db: sqlite3.Connection, names: Iterable[str]) -> Touches:
    """Every public page that names a component of one of these names: those that share it are told apart by group."""
    touches = Touches()
    for name in set(names):
        for row in db.execute("SELECT id, slug FROM public_component WHERE name = ?", (name,)).fetchall():
            touches |= Touches(components=frozenset([row["slug"]])) | incidents_of_component(db, row["id"])
    return touches


def articles_naming(db: sqlite3.Connection, names: Sequence[str]) -> list[int]:
    """Incidents whose public postmortem mentions one of these people, by name or address."""
    rows = db.execute(
        "SELECT incident_id, title || sections || coalesce((SELECT group_concat(public_note) FROM postmortem_revision"
        " WHERE postmortem_id = public_postmortem.id), '') || coalesce((SELECT group_concat(title) FROM public_followup"
        " WHERE public_followup.incident_id = public_postmortem.incident_id), '') AS text FROM public_postmortem"
    )
    known = {name for name in names if name}
    known |= {
        row["name"] for row in db.execute("SELECT name, email FROM person") if {row["name"], row["email"]} & known
    }
    return [
        row["incident_id"]
        for row in rows
        if any(json.dumps(name)[1:-1] in row["text"] or name in row["text"] for name in known)
    ]


def record_change(db: sqlite3.Connection, subject: str, touches: Touches, at: str) -> int | None:
    """Append a `change` row when something public was touched, and mark those incidents with its number."""
    if not touches:
        return None
    cursor = db.execute("INSERT INTO change (at, subject, touches) VALUES (?, ?, ?)", (at, subject, touches.to_json()))
    seq = int(cursor.lastrowid or 0)
    db.executemany("UPDATE incident SET change_seq = ? WHERE public_id = ?", ((seq, one) for one in touches.incidents))
    if touches.everything:
        db.execute("UPDATE incident SET change_seq = ? WHERE first_post_at IS NOT NULL", (seq,))
    return seq


def changes_after(db: sqlite3.Connection, seq: int) -> list[tuple[int, Touches]]:
    """The changes that a release which shows `seq` does not show yet, in order."""
    rows = db.execute("SELECT seq, touches FROM change WHERE seq > ? ORDER BY seq", (seq,))
    return [(number, Touches.from_json(touches)) for number, touches in rows]


def record_timeline(
    db: sqlite3.Connection,
    incident_id: int,
    kind: str,
    text: str,
    *,
    actor: str,
    now: str,
    happened_at: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> int:
    """Append what happened to an incident's timeline; `happened_at` may lie before `now`. Answers the row's id."""
    cursor = db.execute(
        "INSERT INTO timeline (incident_id, happened_at, recorded_at, actor, kind, text, details)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (incident_id, happened_at or now, now, actor, kind, text, json.dumps(details) if details else None),
    )
    return int(cursor.lastrowid or 0)


def record_event(
    db: sqlite3.Connection,
    event: str,
    key: str,
    *,
    at: str,
    not_before: str,
    incident_id: int | None = None,
    post_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> bool:
    """Append to the outbox what is to be told outside from `not_before` on; False when `key` was told of before."""
    cursor = db.execute(
        "INSERT OR IGNORE INTO outbox (key, event, incident_id, post_id, details, at, not_before)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (key, event, incident_id, post_id, json.dumps(details or {}, ensure_ascii=False), at, not_before),
    )
    return cursor.rowcount == 1


def record_audit(
    db: sqlite3.Connection, action: str, subject: str, details: Mapping[str, Any], *, actor: str, now: str
) -> None:
    """Append to the hash chain. `details` must hold no secret: it is kept for ever."""
    last = db.execute("SELECT hash FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    previous = last[0] if last else ""
    text = json.dumps(details, ensure_ascii=False, sort_keys=True, default=str)
    digest = audit_hash(previous, now, actor, action, subject, text)
    db.execute(
        "INSERT INTO audit (at, actor, action, subject, details, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (now, actor, action, subject, text, previous, digest),
    )


def audit_hash(previous: str, *parts: str) -> str:
    """SHA-256 over the previous row's hash and this row's fields as a JSON list."""
    return hashlib.sha256(json.dumps([previous, *parts], ensure_ascii=False).encode()).hexdigest()


def audit_faults(db: sqlite3.Connection) -> Iterable[str]:
    """One sentence per break of the audit chain; none when it is whole."""
    previous, expected = "", 1
    for row in db.execute("SELECT * FROM audit ORDER BY id"):
        if row["id"] != expected:
            yield f"audit: rows {expected} to {row['id'] - 1} are missing"
        digest = audit_hash(previous, row["at"], row["actor"], row["action"], row["subject"], row["details"])
        if row["previous_hash"] != previous or row["hash"] != digest:
            yield f"audit: row {row['id']} was changed, or one before it was"
        previous, expected = row["hash"], row["id"] + 1
    given = db.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = 'audit'").fetchone()[0] or 0
    if given >= expected:
        yield f"audit: rows {expected} to {given} are missing"
