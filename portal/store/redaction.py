"""Where people's texts about an incident are stored, so that words can be blanked in all of them."""

import sqlite3
from collections.abc import Callable

Blank = Callable[[str], str]

_TEXTS: dict[str, tuple[str, ...]] = {
    "incident": (
        "title",
        "public_title",
        "severity_reason",
        "summary",
        "workaround",
        "reporter_kind",
        "reporter_name",
        "reporter_contact",
        "lesson",
        "what_was_seen",
        "close_reason",
    ),
    "post": ("body", "customer_action"),
    "timeline": ("text",),
    "checklist_item": ("title", "reason", "link"),
    "followup": ("title", "reason", "issue_url"),
    "link": ("url", "title", "state"),
    "call": ("reason",),
    "postmortem": ("title", "waived_reason"),
    "postmortem_revision": ("title", "public_note"),
    "postmortem_request": ("name", "contact", "note"),
    "signal": ("title", "text", "url", "on_behalf_of", "contact", "reason"),
    "reminder": ("text",),
    "snooze": ("reason",),
    "draft": ("refusal",),
    "outbox": (),
}
_JSON: dict[str, tuple[str, ...]] = {
    "draft": ("words", "findings"),
    "post": ("findings",),
    "timeline": ("details",),
    "outbox": ("details",),
    "postmortem": ("sections",),
    "postmortem_revision": ("sections",),
}
_BELONGS = {
    "incident": "id = ?",
    "postmortem_revision": "postmortem_id IN (SELECT id FROM postmortem WHERE incident_id = ?)",
}


def blank_everywhere(db: sqlite3.Connection, incident_id: int, blank: Blank, blank_json: Blank) -> int:
    """Rewrite every text of the incident; answers how many texts changed."""
    changed = 0
    for table, names in _TEXTS.items():
        columns = [(name, blank) for name in names] + [(name, blank_json) for name in _JSON.get(table, ())]
        listed = ", ".join(name for name, _ in columns)
        where = _BELONGS.get(table, "incident_id = ?")
        for row in db.execute(f"SELECT id, {listed} FROM {table} WHERE {where}", (incident_id,)).fetchall():
            after = {name: way(row[name]) for name, way in columns if row[name] is not None}
            after = {name: text for name, text in after.items() if text != row[name]}
            if not after or (table == "timeline" and "text" not in after):
                continue  # a line's details repeat its text; the trigger lets them change together only
            changed += len(after)
            sets = ", ".join(f"{name} = ?" for name in after)
            db.execute(f"UPDATE OR REPLACE {table} SET {sets} WHERE id = ?", (*after.values(), row["id"]))
    return changed


def mark_redacted(db: sqlite3.Connection, post_id: int, now: str) -> None:
    db.execute("UPDATE post SET redacted_at = ? WHERE id = ?", (now, post_id))


def blank_answers(db: sqlite3.Connection, blank_json: Blank) -> None:
    """Rewrite kept answers of repeatable requests; a repeated request still finds its answer."""
    for row in db.execute("SELECT actor, key, answer FROM idempotency").fetchall():
        after = blank_json(row["answer"])
        if after != row["answer"]:
            db.execute(
                "UPDATE idempotency SET answer = ? WHERE actor = ? AND key = ?", (after, row["actor"], row["key"])
            )
