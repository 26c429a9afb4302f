"""The inner step of everything that is said in public: one post, and what follows from it."""

import json
import sqlite3
from typing import Any

from portal.domain.cadence import next_update_due
from portal.domain.errors import Conflict, Invalid
from portal.domain.lifecycle import LAST, OVER
from portal.domain.names import ComponentStatus, IncidentState, Kind, PostState, Severity
from portal.domain.rules import with_support_contact
from portal.domain.times import from_text, to_text
from portal.language import words_of
from portal.store import components, impacts, incidents, posts
from portal.verbs import news
from portal.verbs.commands import Post
from portal.verbs.context import Write
from portal.verbs.drafting import start_postmortem
from portal.verbs.judging import findings_for, refuse_or_record
from portal.verbs.levels import apply_levels, end_all, open_levels, wanted_levels
from portal.verbs.placing import Place, place, refuse_hidden, refuse_overtaken, refuse_state

NO_ACTION = "none"


def publish(
    write: Write,
    incident: sqlite3.Row,
    command: Post,
    *,
    automatic_at: str | None = None,
    author: str | None = None,
    judged: bool = False,
) -> int:
    """Write one post inside `touching_incident`; answers its row. Automatic ones are shown at `automatic_at` and are
    not examined, nor is one that has been `judged`. `author` wrote it, when that is not who acts. Raises Conflict,
    Invalid or PostRefused, and then nothing is written."""
    refuse_hidden(incident)
    refuse_state(incident, command.state)
    if automatic_at is None:
        refuse_overtaken(write.db, incident, command.seen)
    where = place(write, incident, command, automatic_at)
    first = incident["first_post_at"] is None
    wanted = _wanted(write.db, incident, command, where)
    title = public_title(incident, command)
    found: list[dict[str, Any]] = []
    if automatic_at is None:
        command = command.model_copy(update={"customer_action": shown_action(command)})
    if automatic_at is None and not judged:
        found = refuse_or_record(
            findings_for(
                write.db,
                write.settings,
                command.model_copy(update={"state": where.state}),
                now=write.moment,
                public_title=title if first else None,
                severity=Severity(incident["severity"]),
                levels=levels_after(write.db, incident, wanted, where),
                previous=where.previous,
            ),
            command,
        )
    due = _due(write, incident, command, where)
    body = command.body
    if first and automatic_at is None:
        body = with_support_contact(body, write.settings.support_email, words_of(write.settings.language))
    post_id = posts.insert_post(
        write.db,
        public_id=write.new_id(),
        incident_id=incident["id"],
        state=where.state,
        body=body,
        customer_action=command.customer_action,
        next_update_due=due,
        display_at=where.display_at,
        published_at=write.now,
        corrects=where.corrects,
        notify=int(command.notify),
        automatic=int(automatic_at is not None),
        author=author or write.actor.name,
        findings=json.dumps(found, ensure_ascii=False) if found else None,
    )
    _record_moves(write.db, incident, post_id, wanted, where, first=first)
    _missed_promise(write, incident, where)
    write.timeline(
        incident["id"], "post", f"{where.state.value}: {body}", happened_at=where.display_at, details={"post": post_id}
    )
    _follow(write, incident, where, wanted, due=due, title=title)
    news.file_post(write, incident, post_id, where, notify=command.notify)
    return post_id


def public_title(incident: sqlite3.Row, command: Post) -> str:
    """What the public page will call the incident; only its first post can say so. Invalid for a later one."""
    known: str = incident["public_title"] or incident["title"]
    if command.public_title is None or command.public_title == known:
        return known
    if incident["first_post_at"] is not None:
        raise Invalid(
            "The public title is given with the first post.",
            {"public_title": ["Change the incident's public title instead; its address stays."]},
        )
    return command.public_title


def shown_action(command: Post) -> str | None:
    """The customer action; a spelt-out "none" is none."""
    action = command.customer_action
    return None if action is not None and action.casefold().strip(" .") == NO_ACTION else action


def _wanted(db: sqlite3.Connection, incident: sqlite3.Row, command: Post, where: Place) -> dict[int, ComponentStatus]:
    wanted = wanted_levels(db, command.components)
    if where.state in LAST and any(level is not ComponentStatus.OPERATIONAL for level in wanted.values()):
        raise Invalid(
            f"A {where.state.value} post ends all impacts of this incident.",
            {"components": ["Leave components out, or post monitoring while something is still affected."]},
        )
    if where.corrects is not None and wanted and IncidentState(incident["state"]) in OVER:
        raise Conflict(
            "The impacts of this incident have ended; reopen it to change levels, or correct the words only."
        )
    if where.state is PostState.SCHEDULED:
        return dict.fromkeys(wanted, ComponentStatus.OPERATIONAL)
    starting = where.state in (PostState.IN_PROGRESS, PostState.VERIFYING) and where.newest
    if starting and incident["post_state"] in (None, PostState.SCHEDULED):
        planned = posts.planned_components(db, incident["id"])
        return dict.fromkeys(planned, ComponentStatus.UNDER_MAINTENANCE) | wanted
    return wanted


def levels_after(
    db: sqlite3.Connection, incident: sqlite3.Row, wanted: dict[int, ComponentStatus], where: Place
) -> dict[str, ComponentStatus]:
    """This incident's levels as they will be after the post, by component name."""
    levels = open_levels(db, incident["id"]) | wanted
    if where.state in LAST:
        levels = dict.fromkeys(levels, ComponentStatus.OPERATIONAL)
    rows = {one: components.component_by_id(db, one) for one in levels}
    return {row["name"]: levels[one] for one, row in rows.items() if row is not None}


def _due(write: Write, incident: sqlite3.Row, command: Post, where: Place) -> str | None:
    """The promise, counted from when it is made; a correction without one keeps the promise that stands."""
    if not where.newest:
        return None
    if where.corrects is not None and command.next_update_minutes is None:
        kept: str | None = incident["next_update_due"]
        return kept
    due = next_update_due(
        Kind(incident["kind"]),
        where.state,
        Severity(incident["severity"]),
        max(write.moment, from_text(where.display_at)),
        command.next_update_minutes,
    )
    return to_text(due) if due else None


def _record_moves(
    db: sqlite3.Connection,
    incident: sqlite3.Row,
    post_id: int,
    wanted: dict[int, ComponentStatus],
    where: Place,
    *,
    first: bool,
) -> None:
    """What the post says about components: a first post names all that is affected, a last one all that it ends."""
    operational = ComponentStatus.OPERATIONAL
    if not where.newest:
        for component, level in wanted.items():
            old = posts.said_level(db, incident["id"], component, where.display_at)
            posts.insert_move(db, post_id, component, old, level)
        return
    before = open_levels(db, incident["id"])
    after = dict(wanted)
    if where.state in LAST and where.corrects is None:
        after = dict.fromkeys(before, operational) | after
    elif first:
        after = before | after
        before = {}
    for component, level in sorted(after.items()):
        posts.insert_move(db, post_id, component, before.get(component, operational), level)


def _missed_promise(write: Write, incident: sqlite3.Row, where: Place) -> None:
    due = incident["next_update_due"]
    if where.newest and due is not None and due < write.now:
        minutes = int((write.moment - from_text(due)).total_seconds() // 60)
        write.timeline(
            incident["id"],
            "missed_promise",
            f"The update that was due at {due[11:16]} UTC came {minutes} minutes late.",
            details={"minutes": minutes},
        )


def _follow(
    write: Write,
    incident: sqlite3.Row,
    where: Place,
    wanted: dict[int, ComponentStatus],
    *,
    due: str | None,
    title: str,
) -> None:
    """The incident's own columns, impacts and state after the post."""
    incident_id, at = incident["id"], where.display_at
    columns: dict[str, Any] = {
        "public_title": title,
        "first_post_at": min(at, incident["first_post_at"] or at),
        "last_post_at": max(at, incident["last_post_at"] or at),
    }
    if incident["kind"] != Kind.MAINTENANCE or where.state is not PostState.SCHEDULED:
        columns["started_at"] = min(at, incident["started_at"])
        impacts.move_start(write.db, incident_id, incident["started_at"], columns["started_at"])
        if incident["detected_at"]:
            columns["detected_at"] = max(columns["started_at"], min(at, incident["detected_at"]))
    if where.newest:
        columns |= {"post_state": where.state, "next_update_due": due}
    if where.newest and where.corrects is None:
        columns |= _present(write, incident, where, wanted)
    elif where.newest:
        apply_levels(write.db, incident_id, wanted, at)
    incidents.update_incident(write.db, incident_id, write.now, **columns)
    if columns.get("state") == IncidentState.RESOLVED and incident["kind"] == Kind.INCIDENT:
        start_postmortem(write, incident_id)


def _present(write: Write, incident: sqlite3.Row, where: Place, wanted: dict[int, ComponentStatus]) -> dict[str, Any]:
    """What a post that speaks for the present changes: levels, the end, the internal state."""
    incident_id, at = incident["id"], where.display_at
    ends = where.state in LAST or where.state is PostState.SCHEDULED
    if ends:
        end_all(write.db, incident_id, at)
    else:
        apply_levels(write.db, incident_id, wanted, at)
    columns: dict[str, Any] = {}
    if where.state in (PostState.MONITORING, PostState.RESOLVED) and incident["mitigated_at"] is None:
        columns["mitigated_at"] = at
    if where.state is PostState.COMPLETED:
        return columns | {
            "resolved_at": at,
            "state": IncidentState.CLOSED,
            "outcome": "resolved",
            "closed_at": write.now,
        }
    if where.state is PostState.RESOLVED:
        return columns | {"resolved_at": at, "state": IncidentState.RESOLVED}
    return columns | {"resolved_at": None, "state": IncidentState.ACTIVE}
