"""Components that an imported history names: found again, taken over from staff by name, or made."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from portal.domain.past import PastComponent
from portal.domain.slugs import free_slug, slug_from
from portal.domain.times import to_text
from portal.store import components as store
from portal.store.rows import update
from portal.verbs.context import Write


@dataclass
class Placed:
    """source id -> component id, and which addresses are new or say something new."""

    ids: dict[str, int] = field(default_factory=dict)
    created: dict[str, str] = field(default_factory=dict)
    """source id -> address"""
    changed: dict[str, str] = field(default_factory=dict)


def place_components(write: Write, source: str, told: Iterable[PastComponent]) -> Placed:
    """The page's own id is the key: names may repeat. A component that staff made under the same name is used."""
    placed = Placed()
    merged = _merged(told)
    rows = store.every_component(write.db)
    known = {row["source_id"]: row for row in rows if row["source"] == source}
    free = {row["name"].casefold(): row for row in rows if row["source"] is None and row["retired_at"] is None}
    slugs = {row["slug"] for row in rows}
    public_ids = {row["public_id"] for row in rows}
    position = store.next_position(write.db)
    for one in sorted(merged.values(), key=lambda one: (one.group or "", one.position)):
        row = known.get(one.source_id) or free.pop(one.name.casefold(), None)
        if row is not None:
            placed.ids[one.source_id] = row["id"]
            if row["source"] is None:
                update(write.db, "component", row["id"], source=source, source_id=one.source_id)
            elif _filled(write, row, one):
                placed.changed[one.source_id] = row["slug"]
            continue
        slug = free_slug(slug_from(one.name, "component"), slugs.__contains__)
        slugs.add(slug)
        public_id = one.public_id if one.public_id and one.public_id not in public_ids else write.new_id()
        public_ids.add(public_id)
        born = to_text(one.created_at) if one.created_at else write.now
        placed.ids[one.source_id] = store.insert_component(
            write.db,
            public_id=public_id,
            slug=slug,
            name=one.name,
            description=one.description,
            group_id=_group(write, one),
            position=position,
            showcase=int(one.showcase),
            start_date=one.start_date or born[:10],
            source=source,
            source_id=one.source_id,
            created_at=born,
            updated_at=born,
        )
        placed.created[one.source_id] = slug
        position += 1
    return placed


def _merged(told: Iterable[PastComponent]) -> dict[str, PastComponent]:
    """One telling per id: the fullest, with a group or description from any other."""
    found: dict[str, PastComponent] = {}
    for one in told:
        before = found.get(one.source_id)
        if before is None:
            found[one.source_id] = one
        elif one.described or not before.described:
            found[one.source_id] = replace(
                one, group=one.group or before.group, description=one.description or before.description
            )
        elif not before.group and one.group:
            found[one.source_id] = replace(before, group=one.group)
    return found


def _filled(write: Write, row: sqlite3.Row, told: PastComponent) -> bool:
    """A later file may tell the group and description; what staff changed since the import stays theirs."""
    if row["updated_at"] != row["created_at"] or row["retired_at"]:
        return False
    more: dict[str, object] = {}
    if row["description"] is None and told.description:
        more["description"] = told.description
    if row["group_id"] is None and told.group:
        more["group_id"] = _group(write, told)
    update(write.db, "component", row["id"], **more)
    return bool(more)


def _group(write: Write, told: PastComponent) -> int | None:
    return store.group_id_for(write.db, told.group, public_id=write.new_id(), now=write.now) if told.group else None
