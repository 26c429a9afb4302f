"""A post's findings: what the rules are asked about, and who may publish in spite of them."""

import sqlite3
from datetime import datetime
from typing import Any

from portal.config import Settings
from portal.domain.errors import PostRefused
from portal.domain.names import ComponentStatus, FindingLevel, PostState, Severity
from portal.domain.rules import Draft, Finding, Setting, examine
from portal.store import components, people, posts
from portal.verbs.commands import Post
from portal.verbs.context import Write


def setting(db: sqlite3.Connection, settings: Settings) -> Setting:
    """What the rules know about the company, from settings, accounts and components."""
    names = [*settings.process.people, *people.full_names(db)]
    return Setting(
        support_email=settings.support_email,
        people=tuple(dict.fromkeys(names)),
        internal_domains=tuple(settings.process.internal_domains),
        component_names=tuple(row["name"] for row in components.live_components(db)),
        language=settings.process.language or settings.language,
    )


def findings_for(
    db: sqlite3.Connection,
    settings: Settings,
    command: Post,
    *,
    now: datetime,
    public_title: str | None,
    severity: Severity,
    levels: dict[str, ComponentStatus],
    previous: sqlite3.Row | None,
    private: bool = False,
    drill: bool = False,
) -> list[Finding]:
    """All findings of a post. `levels` are this incident's, by component name, after it; `previous` is None for a first
    post; a correction is not compared with what it corrects."""
    draft = Draft(
        body=command.body,
        state=command.state,
        public_title=public_title,
        customer_action=command.customer_action,
        is_first=previous is None,
        previous_body=previous["body"] if previous and command.corrects is None else None,
        previous_state=PostState(previous["state"]) if previous else None,
        components=levels,
        severity=severity,
        next_update_minutes=command.next_update_minutes,
        private=private,
        drill=drill,
        happened_at=command.happened_at,
        now=now,
    )
    return examine(draft, setting(db, settings))


def refuse_or_record(found: list[Finding], command: Post) -> list[dict[str, Any]]:
    """What is kept with the post. Raises PostRefused for what blocks, and for what nobody has confirmed: `confirm`
    stands for all that there is, `confirmed` for the findings that were read and no others."""
    accepted = command.accept or {}
    said = [one.to_json() | ({"reason": accepted[one.rule]} if one.rule in accepted else {}) for one in found]
    blocking = [one for one in found if one.level is FindingLevel.BLOCK]
    if blocking:
        raise PostRefused(f"This can't be published as it stands. {blocking[0].message}", said)
    read = set(command.confirmed or ())
    asking = [one for one in found if one.level is FindingLevel.CONFIRM and one.id not in read]
    if asking and not command.confirm:
        raise PostRefused(
            f'{asking[0].message} Change it, or send it again with "confirm": true to publish it all the same.', said
        )
    return said


def title_findings(write: Write, incident: sqlite3.Row, title: str | None) -> list[dict[str, Any]]:
    """What the rules say about another public title: what blocks raises PostRefused, the rest is told."""
    newest = posts.newest_post(write.db, incident["id"])
    if title is None or newest is None:
        return []
    found = findings_for(
        write.db,
        write.settings,
        Post(state=PostState(newest["state"]), body=newest["body"]),
        now=write.moment,
        public_title=title,
        severity=Severity(incident["severity"]),
        levels={},
        previous=newest,
    )
    said = [one.to_json() for one in found if one.field == "public_title"]
    if any(one["level"] == FindingLevel.BLOCK for one in said):
        raise PostRefused("This public title can't be published.", said)
    return said
