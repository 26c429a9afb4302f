"""`portal export`: everything, in two forms that outlive the program."""

import json
import pathlib
import sqlite3
from collections.abc import Iterable

import click

from portal import config
from portal.cli.opening import Sorry, hold
from portal.domain.postmortems import SECTIONS
from portal.store import exports
from portal.store.database import Database


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=pathlib.Path))
def export(folder: pathlib.Path) -> None:
    """Write everything into DIR: each table as JSON lines, each incident and postmortem as Markdown.

    Private incidents are included; tokens and one-time links are not.
    """
    settings = config.load()
    if not settings.database_path.exists():
        raise Sorry(f"There is no database at {settings.database_path}.")
    if folder.exists() and any(folder.iterdir()):
        raise Sorry(f"{folder} is not empty. Choose an empty folder, so that nothing old is mixed in.")
    hold(settings)
    lines, pages = 0, 0
    with Database(settings.database_path).snapshot() as db:
        for table in exports.tables(db):
            rows = (json.dumps(row, ensure_ascii=False) for row in exports.rows(db, table))
            lines += _write(folder / "tables" / f"{table}.jsonl", rows)
        for incident in exports.incidents(db):
            _write(folder / "incidents" / f"INC-{incident['id']}.md", _incident(db, incident))
            pages += 1
            article = exports.postmortem(db, incident["id"])
            if article:
                _write(folder / "postmortems" / f"INC-{incident['id']}.md", _postmortem(db, article))
                pages += 1
    click.echo(f"{folder}: {lines} rows of {len(list((folder / 'tables').iterdir()))} tables, {pages} Markdown pages")


def _write(place: pathlib.Path, lines: Iterable[str]) -> int:
    place.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with place.open("w", encoding="utf-8") as file:
        for count, line in enumerate(lines, 1):  # noqa: B007
            file.write(line + "\n")
    return count


def _incident(db: sqlite3.Connection, row: sqlite3.Row) -> Iterable[str]:
    yield from _front_matter(row, ("public_id", "kind", "severity", "state", "outcome", "started_at", "resolved_at"))
    yield f"# {row['title']}"
    if row["public_title"] and row["public_title"] != row["title"]:
        yield f"\nPublic title: {row['public_title']}"
    yield "\n## Status posts"
    for post in exports.posts(db, row["id"]):
        yield f"\n### {post['display_at']} {post['state']}, {post['author']}\n\n{post['body']}"
        if post["customer_action"]:
            yield f"\nWhat to do: {post['customer_action']}"
    yield "\n## Timeline\n"
    for entry in exports.timeline(db, row["id"]):
        yield f"- {entry['happened_at']} {entry['actor']} ({entry['kind']}): {' '.join(entry['text'].split())}"


def _postmortem(db: sqlite3.Connection, row: sqlite3.Row) -> Iterable[str]:
    yield from _front_matter(row, ("slug", "state", "public", "owner", "reviewer", "tags", "published_at"))
    yield f"# {row['title']}"
    sections = json.loads(row["sections"])
    for name in [*SECTIONS, *(other for other in sections if other not in SECTIONS)]:
        if sections.get(name):
            yield f"\n## {SECTIONS.get(name, name)}\n\n{sections[name]}"
    yield "\n## Follow-ups\n"
    for one in exports.followups(db, row["incident_id"]):
        yield f"- {one['title']}: {one['state']}, {one['owner'] or 'no owner'}, due {one['due'] or 'never'}"


def _front_matter(row: sqlite3.Row, names: Iterable[str]) -> Iterable[str]:
    yield "---"
    for name in names:
        yield f"{name}: {json.dumps(row[name], ensure_ascii=False)}"
    yield "---\n"
