"""The form of a post: what it begins with, what it says, and what the page offers beside it."""

from datetime import datetime, timedelta
from typing import Any

from portal.domain.errors import Invalid
from portal.domain.lifecycle import post_states
from portal.domain.names import ComponentStatus, FindingLevel, Kind, PostState
from portal.domain.rules import Finding, apply_suggestion
from portal.domain.times import from_text, to_text
from portal.domain.wording import LEVEL_WORDS, STATE_WORDS, clock, duration
from portal.verbs.commands import Post
from portal.verbs.commands_drafts import SaveDraft
from portal.web.desk.forms import Form, read_form

PROMISES = (10, 15, 30, 45, 60, 90, 120, 240, 480, 1440)
"""Minutes that the form offers until the next update."""
_HINTS = {
    "investigating": "something is wrong",
    "identified": "the cause is known",
    "monitoring": "mended, being watched",
    "resolved": "over",
    "scheduled": "announced",
    "in_progress": "has begun",
    "verifying": "being checked",
    "completed": "over",
}
_FIELDS = ("body", "public_title", "customer_action")


def states(kind: str) -> list[tuple[str, str, str]]:
    """The states in their order: value, word, meaning."""
    return [(state.value, STATE_WORDS[state], _HINTS[state]) for state in post_states(Kind(kind))]


def likely_state(incident: dict[str, Any], now: str) -> str:
    """The next step, but never the last one: that something is over is said by a person."""
    order = [state.value for state in post_states(Kind(incident["kind"]))]
    last = incident["post_state"]
    if last is None:
        return order[0]
    if incident["kind"] == Kind.MAINTENANCE and last == PostState.SCHEDULED:
        return order[1] if (incident["scheduled_for"] or "") <= now else last
    return order[min(order.index(last) + 1, 2)] if last in order else order[0]


def promises(now: datetime, chosen: str, usual: str | None) -> list[tuple[str, str]]:
    """When the next update can be promised, each with its time."""
    moment = to_text(now)
    first = f"as usual: by {clock(usual, moment)}" if usual else "as usual: nothing is promised"
    minutes = sorted({*PROMISES, *([int(chosen)] if chosen.isdigit() and 1 <= int(chosen) <= 1440 else [])})
    return [("", first)] + [
        (str(one), f"in {duration(one)}: by {clock(to_text(now + timedelta(minutes=one)), moment)}") for one in minutes
    ]


def levels(incident: dict[str, Any], components: list[dict[str, Any]]) -> tuple[list[Any], list[Any]]:
    """(slug, name, level in words or None, choices) of the components that the incident names, and of all others."""
    choices = [(level.value, words) for level, words in LEVEL_WORDS.items() if level != "under_maintenance"]
    if incident["kind"] == Kind.MAINTENANCE:
        choices = [(level.value, words) for level, words in LEVEL_WORDS.items()]
    known = incident["components"]
    rows = [
        (one["slug"], one["name"], LEVEL_WORDS[ComponentStatus(known[one["slug"]])] if one["slug"] in known else None)
        for one in components
    ]
    named = [(*row, choices) for row in rows if row[2] is not None]
    return named, [(*row, choices) for row in rows if row[2] is None]


def fields_of(draft: dict[str, Any]) -> Form:
    """A draft as the fields of its form."""
    form = Form()
    for name in ("state", "body", "next_update_minutes", "customer_action", "public_title", "corrects", "unreviewed"):
        if draft[name] is not None:
            form[name] = str(draft[name])
    if draft["happened_at"]:
        form["happened_at"] = draft["happened_at"][:16]
    for slug, level in (draft["components"] or {}).items():
        form[f"components.{slug}"] = level
    for rule, reason in (draft["accept"] or {}).items():
        form[f"accept.{rule}"] = reason
    form.setlist("notify", ["", "1"] if draft["notify"] else [""])
    form.setlist("confirmed", draft["confirmed"] or [])
    form["seen"] = str(draft["seen"] or 0)
    form["version"] = str(draft["version"])
    form["_draft"] = str(draft["id"])
    return form


def words(form: Form) -> SaveDraft:
    """What is to be kept. A field that can't be read is left out, so that it never stands in the way of the others."""
    try:
        return read_form(SaveDraft, form)
    except Invalid as refused:
        unreadable = {name for name in form for said in refused.more["errors"] if name.startswith(said)}
        return read_form(SaveDraft, Form({name: form.getlist(name) for name in form if name not in unreadable}))


def tried(form: Form, incident: dict[str, Any]) -> Post | None:
    """The post as far as it is written; None while there are no words."""
    command = words(form)
    if not command.body:
        return None
    said = command.model_dump(exclude={"publish_at", "review", "confirm", "version", "tab", "unreviewed", "autosave"})
    state = command.state or PostState(likely_state(incident, ""))
    try:
        return Post.model_validate({**said, "state": state})
    except ValueError:  # longer than a post may be, which the press says
        return None


def with_suggestion(form: Form, asked: str, findings: list[dict[str, Any]]) -> bool:
    """Put a suggestion in the place of its words; False when the words are not there any more."""
    for one in findings:
        if one["suggestion"] is not None and asked == place_of(one) and one["field"] in _FIELDS:
            known = Finding(
                one["rule"],
                FindingLevel(one["level"]),
                one["message"],
                one["start"],
                one["end"],
                one["suggestion"],
                one["field"],
            )
            form[one["field"]] = apply_suggestion(clean_text(form, one["field"]), known)
            return True
    return False


def place_of(finding: dict[str, Any]) -> str:
    """What a button says to have this suggestion taken."""
    return f"{finding['field']}:{finding['start']}:{finding['end']}:{finding['id']}"


def clean_text(form: Form, field: str) -> str:
    """A field's text as the rules read it: their offsets point into this."""
    value = getattr(words(form), field)
    return value or ""


def overdue(due: str | None, now: datetime) -> bool:
    return due is not None and from_text(due) < now
