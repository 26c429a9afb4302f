"""Components: what the page lists, in groups that exist as long as something is in them."""

from typing import Any

from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.names import Permission
from portal.domain.slugs import free_slug, slug_from
from portal.store import components as store
from portal.store.incidents import incident_by_id
from portal.verbs.access import may_see, ref_of, require
from portal.verbs.answers import component_answer
from portal.verbs.commands import AddComponent, ChangeComponent
from portal.verbs.context import Actor, Context, Write, Written
from portal.verbs.paging import page_of


def add_component(context: Context, actor: Actor, command: AddComponent) -> Written:
    require(actor, Permission.ADMIN, "add components")
    with context.write(actor) as write:
        _refuse_name(write, command.name)
        slug = command.slug or free_slug(
            slug_from(command.name, "component"), lambda one: store.slug_taken(write.db, one)
        )
        if command.slug:
            _refuse_slug(write, command.slug)
        component_id = store.insert_component(
            write.db,
            public_id=write.new_id(),
            slug=slug,
            name=command.name,
            description=command.description,
            group_id=_group(write, command.group),
            position=store.next_position(write.db) if command.position is None else command.position,
            showcase=int(command.showcase),
            hidden=int(command.hidden),
            start_date=write.now[:10],
            created_at=write.now,
            updated_at=write.now,
        )
        write.component_appeared(component_id)
        write.audit("component.add", slug, {"hidden": command.hidden})
        return write.written(_answer(write, component_id))


def change_component(context: Context, actor: Actor, slug: str, command: ChangeComponent) -> Written:
    require(actor, Permission.ADMIN, "change components")
    with context.write(actor) as write:
        row = _live(write, slug)
        given = command.model_dump(include=command.model_fields_set)
        empty = [name for name, value in given.items() if value is None and name not in ("group", "description")]
        if empty:
            raise Invalid("A component needs these.", {name: ["This can't be empty."] for name in empty})
        if command.name is not None:
            _refuse_name(write, command.name, row["id"])
        if command.slug is not None and command.slug != slug:
            _refuse_slug(write, command.slug)
        if "group" in given:
            given["group_id"] = _group(write, given.pop("group"))
        columns = {name: int(value) if isinstance(value, bool) else value for name, value in given.items()}
        changed = {name: value for name, value in columns.items() if row[name] != value}
        if changed:
            with write.touching_component(row["id"]):
                store.update_component(write.db, row["id"], write.now, **changed)
                store.remove_empty_groups(write.db)
            write.audit("component.change", slug, {"fields": sorted(changed)})
        return write.written(_answer(write, row["id"]))


def remove_component(context: Context, actor: Actor, slug: str) -> Written:
    """Takes it off the page; its past stays. Conflict while an incident still has an open impact on it."""
    require(actor, Permission.ADMIN, "remove components")
    with context.write(actor) as write:
        row = _live(write, slug)
        if holders := store.open_impacts_of_component(write.db, row["id"]):
            seen = [one for one in holders if (it := incident_by_id(write.db, one)) is not None and may_see(actor, it)]
            named = ", ".join(ref_of(one) for one in seen) or "an incident"
            raise Conflict(f"{row['name']} still has an open impact from {named}; end that first.")
        with write.touching_component(row["id"]):
            store.update_component(write.db, row["id"], write.now, retired_at=write.now, group_id=None)
            store.remove_empty_groups(write.db)
        write.audit("component.remove", slug)
        return write.written(_answer(write, row["id"]))


def get_component(context: Context, actor: Actor, slug: str) -> dict[str, Any]:
    require(actor, Permission.RESPONDER, "read components")
    with context.database.snapshot() as db:
        row = store.component_by_slug(db, slug)
        if row is None:
            raise NotFound(f"There is no component {slug[:80]}.")
        return component_answer(db, row)


def list_components(
    context: Context, actor: Actor, limit: int | None = None, cursor: str | None = None
) -> dict[str, Any]:
    """All live components in the order of the page; the whole list when there is no limit."""
    require(actor, Permission.RESPONDER, "read components")
    with context.database.snapshot() as db:
        levels = store.public_levels(db)
        rows = store.live_components(db)
        items = [component_answer(db, row, levels.get(row["id"], [])) for row in rows]
    return {"items": items, "next_cursor": None} if limit is None else page_of(items, limit, cursor)


def _live(write: Write, slug: str) -> Any:
    row = store.component_by_slug(write.db, slug)
    if row is None:
        raise NotFound(f"There is no component {slug[:80]}.")
    return row


def _answer(write: Write, component_id: int) -> dict[str, Any]:
    row = store.component_by_id(write.db, component_id)
    assert row is not None  # noqa: S101
    return component_answer(write.db, row)


def _refuse_name(write: Write, name: str, except_id: int | None = None) -> None:
    if store.live_name_taken(write.db, name, except_id):
        raise Conflict(f"There is already a component named {name}.")


def _refuse_slug(write: Write, slug: str) -> None:
    if store.slug_taken(write.db, slug):
        raise Conflict(f"The address {slug} is taken; addresses of removed components stay theirs.")


def _group(write: Write, name: str | None) -> int | None:
    if name is None:
        return None
    return store.group_id_for(write.db, name, public_id=write.new_id(), now=write.now)
