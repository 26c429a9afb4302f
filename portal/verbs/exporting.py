"""Everything as files that outlive the program: each table as JSON lines, each incident and postmortem as Markdown.

Private incidents are included; sessions, passwords, tokens and one-time links are not.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator

from portal.domain.names import Permission
from portal.domain.postmortems import SECTIONS
from portal.store import exports, followups, postmortems
from portal.store.posts import posts_of
from portal.store.timelines import timeline_of
from portal.verbs.access import require
from portal.verbs.context import Actor, Context

File = tuple[str, Callable[[], Iterable[str]]]
"""(path, its lines)"""


def allow_export(context: Context, actor: Actor) -> None:
    """NotAllowed unless the actor may take everything away, private incidents too; leaves a row in the audit log."""
    require(actor, Permission.ADMIN, "export everything")
    require(actor, Permission.SECURITY, "export everything, which includes private incidents")
    with context.write(actor) as write:
        write.audit("export", "everything")


def files(db: sqlite3.Connection) -> Iterator[File]:
    """Every file of the export, as of this connection's snapshot."""
    for table in exports.tables(db):
        yield f"tables/{table}.jsonl", lambda table=table: _rows(db, table)  # type: ignore[misc]
    for incident in exports.incidents(db):
        name = f"INC-{incident['id']}.md"
        yield f"incidents/{name}", lambda row=incident: _incident(db, row)  # type: ignore[misc]
        article = postmortems.postmortem_of(db, incident["id"])
        if article:
            yield f"postmortems/{name}", lambda row=article: _postmortem(db, row)  # type: ignore[misc]


def _rows(db: sqlite3.Connection, table: str) -> Iterator[str]:
    for row in exports.rows(db, table):
        yield json.dumps(row, ensure_ascii=False)


def _incident(db: sqlite3.Connection, row: sqlite3.Row) -> Iterable[str]:
    yield from _front_matter(row, ("public_id", "kind", "severity", "state", "outcome", "started_at", "resolved_at"))
    yield f"# {row['title']}"
    if row["public_title"] and row["public_title"] != row["title"]:
        yield f"\nPublic title: {row['public_title']}"
    yield "\n## Status posts"
    for post in posts_of(db, row["id"]):
        yield f"\n### {post['display_at']} {post['state']}, {post['author']}\n\n{post['body']}"
        if post["customer_action"]:
            yield f"\nWhat to do: {post['customer_action']}"
    yield "\n## Timeline\n"
    for entry in timeline_of(db, row["id"]):
        yield f"- {entry['happened_at']} {entry['actor']} ({entry['kind']}): {' '.join(entry['text'].split())}"


def _postmortem(db: sqlite3.Connection, row: sqlite3.Row) -> Iterable[str]:
    yield from _front_matter(row, ("slug", "state", "public", "owner", "reviewer", "tags", "published_at"))
    yield f"# {row['title']}"
    sections = json.loads(row["sections"])
    for name in [*SECTIONS, *(other for other in sections if other not in SECTIONS)]:
        if sections.get(name):
            yield f"\n## {SECTIONS.get(name, name)}\n\n{sections[name]}"
    yield "\n## Follow-ups\n"
    for one in followups.followups_of(db, row["incident_id"]):
        yield f"- {one['title']}: {one['state']}, {one['owner'] or 'no owner'}, due {one['due'] or 'never'}"


def _front_matter(row: sqlite3.Row, names: Iterable[str]) -> Iterable[str]:
    yield "---"
    for name in names:
        yield f"{name}: {json.dumps(row[name], ensure_ascii=False)}"
    yield "---\n"
