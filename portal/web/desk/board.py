"""The board: what is open, planned and one's own to do. An open page asks for it again, and says what is new."""

from typing import Any

from portal.domain.names import IncidentState, Kind, Severity
from portal.verbs import boards, components, incidents, keeping, signals, windows
from portal.verbs.paging import LIMIT
from portal.web.desk.dial import dial
from portal.web.desk.visit import Answer, Visit, page
from portal.web.desk.watching import mark_of, unless_known

_PASSING = {"now", "age_minutes", "last_post_age_minutes"}
"""What changes without anything having happened; the page counts ages on by itself."""


@page("GET", "/")
def board(visit: Visit) -> Answer:
    """The whole page."""
    return visit.render("board/board.html", **_now(visit))


@page("GET", "/board/now")
def board_now(visit: Visit) -> Answer:
    """The part that changes, for a page that is open; 304 while it is the same."""
    now = _now(visit)
    return unless_known(now["mark"], lambda: visit.render("board/now.html", **now))


@page("GET", "/incidents")
def all_incidents(visit: Visit) -> Answer:
    """Every incident, newest first, with filters."""
    names = ("state", "severity", "component", "kind", "outcome", "q")
    asked = {name: visit.form[name] for name in names if visit.form.get(name)}
    found = incidents.list_incidents(visit.context, visit.actor, asked, LIMIT, visit.form.get("cursor"))
    return visit.render(
        "board/incidents.html",
        found=found,
        asked=asked,
        states=list(IncidentState),
        severities=list(Severity),
        kinds=list(Kind),
    )


def _now(visit: Visit) -> dict[str, Any]:
    said = boards.board(visit.context, visit.actor)
    window = windows.current_window(visit.context, visit.actor)
    bare = [
        one
        for one in windows.list_windows(visit.context, visit.actor, 100)["items"]
        if one["missing"] and not one["over"] and not one["current"]
    ]
    reported = len(signals.list_signals(visit.context, visit.actor, 100)["items"])
    waiting = keeping.due_reminders(visit.context, visit.actor)["items"]
    mine = [one for one in waiting if one["mine"] and one["snoozed_until"] is None]
    return {
        "board": said,
        "window": window,
        "bare_windows": bare,
        "reported": reported,
        "mine": mine,
        "sentence": sentence(said),
        "dial": dial,
        "names": {one["slug"]: one["name"] for one in components.list_components(visit.context, visit.actor)["items"]},
        "mark": mark_of([said, window, bare, reported, mine], without=_PASSING),
    }


def sentence(said: dict[str, Any]) -> str:
    """The board in a sentence: what somebody who does not look at it hears when it changes."""
    lines = said["open"]
    if not lines:
        return "Nothing is open."
    late = [one["ref"] for one in lines if one["due_in_minutes"] is not None and one["due_in_minutes"] < 0]
    parts = [f"{len(lines)} open"]
    parts += [f"{one['ref']} is {one['post_state'] or 'not public yet'}" for one in lines[:3]]
    if late:
        parts.append(f"{', '.join(late)} {'waits' if len(late) == 1 else 'wait'} for a post")
    return "; ".join(parts) + "."
