"""Short ways to ask the rules about one sentence."""

from datetime import UTC, datetime

from portal.domain.names import PostState
from portal.domain.rules import Draft, Finding, Setting, apply_suggestion, examine

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
SETTING = Setting(
    support_email="support@example.com",
    people=("Ada Lovelace", "Will Turner", "May Brown", "Jürgen Groß"),
    internal_domains=("corp.example",),
    component_names=("Search", "Sign-in", "Code intelligence", "Morning Report", "EU West"),
)


def findings(body, state="investigating", setting=SETTING, **more) -> list[Finding]:
    return examine(Draft(**{"body": body, "state": PostState(state), "now": NOW, **more}), setting)


def hits(rule, body, state="investigating", setting=SETTING, **more) -> list[str]:
    """The words that one rule marks in the body."""
    return [
        body[one.start : one.end]
        for one in findings(body, state, setting, **more)
        if one.rule == rule and one.field == "body"
    ]


def rewritten(rule, body, state="monitoring", **more) -> str:
    """The body with all suggestions of one rule taken, the last one first."""
    for one in sorted(findings(body, state, **more), key=lambda one: -one.start):
        if one.rule == rule and one.field == "body":
            body = apply_suggestion(body, one)
    return body


def rules(body, state="investigating", **more) -> set[str]:
    return {one.rule for one in findings(body, state, **more)}
