"""One answer to "what is going on", for anyone who joins."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from portal.domain.times import from_text
from portal.domain.wording import clock, duration, minute

STALE = timedelta(minutes=30)
"""A summary that is older is marked."""


def is_stale(summary_at: str | None, now: datetime) -> bool:
    return summary_at is not None and now - from_text(summary_at) > STALE


def minutes_since(moment: str, now: datetime) -> int:
    return max(0, int((now - from_text(moment)).total_seconds() // 60))


def recap_text(said: Mapping[str, Any], now: datetime) -> str:
    """The recap as lines of plain text; `said` is the recap's answer without `text`."""
    lines = [f"{said['ref']}  {said['title']}"]
    planned = said["kind"] == "maintenance"
    lines += _window(said) if planned else _facts(said)
    affected = [f"{slug} ({level})" for slug, level in said["components"].items() if planned or level != "operational"]
    lines.append(f"Affected: {', '.join(affected) or 'no component'}.")
    lines.append(f"Lead: {_person(said['lead'])}. Messenger: {_person(said['messenger'])}.")
    lines += _summary(said, now)
    lines += _post(said, now)
    lines += _listed("Open", [f"{one['title']}" for one in said["open_actions"]])
    lines += _listed("Playbooks", [one["title"] for one in said["playbooks"]])
    if said["postmortem"]:
        article = said["postmortem"]
        due = f", due {minute(article['due_at'])}" if article["due_at"] else ""
        lines.append(f"Postmortem: {article['state']}, owner {article['owner'] or 'nobody'}{due}.")
    lines.append(f"Public: {said['public_url'] or 'nothing yet'}")
    return "\n".join(lines)


def _facts(said: Mapping[str, Any]) -> list[str]:
    state = said["state"] + (f" ({said['outcome']})" if said["outcome"] else "")
    return [
        f"State: {state}. Severity: {said['severity']}. Customer impact: {said['customer_impact']}.",
        f"Started {minute(said['started_at'])}, {duration(said['age_minutes'])} {_since(said)}.",
    ]


def _window(said: Mapping[str, Any]) -> list[str]:
    return [
        f"Maintenance: {said['post_state'] or said['state']}.",
        f"From {minute(said['scheduled_for'])} to {clock(said['scheduled_until'], said['scheduled_for'])}.",
    ]


def _since(said: Mapping[str, Any]) -> str:
    return "long" if said["resolved_at"] else "ago"


def _person(role: Mapping[str, Any]) -> str:
    if role["person"]:
        return f"{role['person']} (acting)" if role["acting"] else str(role["person"])
    return f"offered to {role['offer']['person']}" if role["offer"] else "nobody yet"


def _summary(said: Mapping[str, Any], now: datetime) -> list[str]:
    if not said["summary"]:
        return []
    age = f" (stale: {duration(minutes_since(said['summary_at'], now))} old)" if said["summary_stale"] else ""
    lines = [f"Summary{age}: {said['summary']}"]
    return lines + ([f"Workaround: {said['workaround']}"] if said["workaround"] else [])


def _post(said: Mapping[str, Any], now: datetime) -> list[str]:
    post = said["last_post"]
    if post is None:
        lines = ["Last post: none, nothing is public."]
    else:
        ago = duration(said["last_post_age_minutes"])
        lines = [f"Last post: {post['state']}, {ago} ago ({clock(post['display_at'])}): {post['body']}"]
    due = said["next_update_due"]
    if due:
        late = minutes_since(due, now)
        overdue = f", overdue by {duration(late)}" if from_text(due) < now else ""
        lines.append(f"Next update due: {clock(due, said['now'])}{overdue}.")
    return lines


def _listed(head: str, items: Sequence[str]) -> list[str]:
    return [f"{head}: {'; '.join(items)}."] if items else []
