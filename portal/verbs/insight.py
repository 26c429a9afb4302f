"""The numbers over many incidents: how fast, how often in time, what false alarms taught, what is still to do."""

from datetime import date, timedelta
from typing import Any

from portal.domain.errors import BadRequest
from portal.domain.insight import COLUMNS, By, Case, Group, grouped, measured, overall, promises, table
from portal.domain.metrics import MEASURES, Spread, measure, share
from portal.domain.names import Outcome, Permission
from portal.store import followups, insight
from portal.verbs.access import ref_of, require, seen_by
from portal.verbs.context import Actor, Context
from portal.wire.spreadsheet import to_csv

PERIOD = timedelta(days=365)
"""What is looked at unless told."""
MOST_DOTS = 400
"""Dots that a chart carries; the spread counts all incidents all the same."""
MOST_LISTED = 20


def get_insight(
    context: Context, actor: Actor, since: date | None = None, until: date | None = None, by: By = By.MONTH
) -> dict[str, Any]:
    """Per duration of PROCESS: median and range, by group, with dots; promises kept, false positives, follow-ups."""
    first, last = _period(context, since, until)
    cases = cases_between(context, actor, first, last)
    counted = measured(cases)
    kept = promises(counted, by)
    made = sum(one.figures["promises"] for one in counted)
    in_time = sum(one.figures["promises_kept"] for one in counted)
    return {
        "since": first.isoformat(),
        "until": last.isoformat(),
        "by": by.value,
        "incidents": len(counted),
        "measures": [_measure(counted, name, by) for name in MEASURES],
        "on_time": {
            "made": made,
            "kept": in_time,
            "share": share(in_time, made),
            "groups": [
                {"group": one.key, "words": one.words, "made": one.made, "kept": one.kept, "share": one.share}
                for one in kept
            ],
        },
        "false_positives": _false_positives(cases),
        "not_measured": sum(one.outcome in (Outcome.DUPLICATE, Outcome.CANCELLED) for one in cases),
        "followups": _followups(context, actor),
    }


def export_insight(context: Context, actor: Actor, since: date | None = None, until: date | None = None) -> str:
    """A row per incident as CSV, durations in seconds."""
    return to_csv(COLUMNS, table(cases_between(context, actor, *_period(context, since, until))))


def cases_between(context: Context, actor: Actor, first: date, last: date) -> list[Case]:
    """Incidents that began from the first day to the last, with their figures. Private ones are for the security role
    only, also for whoever declared one."""
    require(actor, Permission.RESPONDER, "read the numbers")
    begin, end = f"{first.isoformat()}T", f"{(last + timedelta(days=1)).isoformat()}T"
    private = actor.may(Permission.SECURITY)
    with context.database.snapshot() as db:
        rows = insight.incidents_between(db, begin, end, private=private)
        posts = insight.posts_between(db, begin, end, private=private)
        components = insight.components_between(db, begin, end, private=private)
    return [
        Case(
            ref_of(row["id"]),
            row["title"],
            row["severity"],
            row["started_at"],
            row["outcome"],
            components.get(row["id"], ()),
            measure({name: row[name] for name in insight.MOMENTS}, posts.get(row["id"], ())),
            row["lesson"],
            row["what_was_seen"],
        )
        for row in rows
    ]


def _period(context: Context, since: date | None, until: date | None) -> tuple[date, date]:
    last = until or context.now().date()
    first = since or last - PERIOD
    if first > last:
        raise BadRequest("The period ends before it begins: `since` is its first day, `until` its last.")
    return first, last


def _measure(cases: list[Case], name: str, by: By) -> dict[str, Any]:
    known = [case.ref for case in cases if case.figures[name] is not None]
    shown = set(known[-MOST_DOTS:])
    return {
        "name": name,
        "words": MEASURES[name],
        "all": _spread(overall(cases, name)),
        "groups": [_group(group, shown) for group in grouped(cases, name, by)],
        "dots_left_out": max(0, len(known) - MOST_DOTS),
    }


def _group(group: Group, shown: set[str]) -> dict[str, Any]:
    return {
        "group": group.key,
        "words": group.words,
        **(_spread(group.spread) or {}),
        "dots": [
            {"ref": case.ref, "title": case.title, "seconds": seconds}
            for case, seconds in group.dots
            if case.ref in shown
        ],
    }


def _spread(known: Spread | None) -> dict[str, Any] | None:
    if known is None:
        return None
    return {"count": known.count, "median_s": known.median, "low_s": known.low, "high_s": known.high}


def _false_positives(cases: list[Case]) -> dict[str, Any]:
    found = [one for one in cases if one.outcome == Outcome.FALSE_POSITIVE]
    return {
        "count": len(found),
        "share": share(len(found), len(cases)),
        "with_lesson": sum(bool(one.lesson) for one in found),
        "items": [
            {"ref": one.ref, "title": one.title, "what_was_seen": one.what_was_seen, "lesson": one.lesson}
            for one in found[: -MOST_LISTED - 1 : -1]
        ],
    }


def _followups(context: Context, actor: Actor) -> dict[str, Any]:
    """Open ones of all time, of incidents that the actor may see."""
    today = context.now().date().isoformat()
    with context.database.snapshot() as db:
        seen = seen_by(actor)
        number, late = followups.open_numbers(db, today, seen_by=seen)
        rows = followups.followups_page(db, {"due_before": today}, seen_by=seen, after=None, limit=MOST_LISTED)
    return {
        "open": number,
        "overdue": late,
        "items": [
            {
                "id": row["id"],
                "ref": ref_of(row["incident_id"]),
                **{name: row[name] for name in ("title", "owner", "due")},
            }
            for row in rows
        ],
    }
