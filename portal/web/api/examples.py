"""One request body per route that has one: for the OpenAPI document, the docs, and the tests, which send them."""

from typing import Any

EXAMPLES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/components"): {"name": "Code intelligence", "group": "Product"},
    ("PATCH", "/components/{slug}"): {"description": "Definitions and references"},
    ("POST", "/incidents"): {
        "title": "Search returns errors",
        "severity": "critical",
        "customer_impact": "yes",
        "components": {"search": "major_outage"},
        "post": {
            "state": "investigating",
            "body": "We are aware of errors when searching in the Search component and are looking into them.",
        },
    },
    ("PATCH", "/incidents/{ref}"): {"summary": "A rollback is under way.", "breadth": "many"},
    ("POST", "/incidents/{ref}/close"): {
        "outcome": "false_positive",
        "what_was_seen": "One alert on a canary.",
        "lesson": "The canary needs a longer window.",
    },
    ("POST", "/incidents/{ref}/reopen"): {"reason": "The errors are back."},
    ("POST", "/incidents/{ref}/disclose"): {"as": "postmortem"},
    ("POST", "/incidents/{ref}/posts"): {
        "state": "identified",
        "body": "We have identified the cause of the Search errors and are rolling back to a known good version.",
        "next_update_minutes": 30,
    },
    ("POST", "/incidents/{ref}/posts/{seq}/redact"): {"words": "db-17.internal"},
    ("POST", "/lint"): {"state": "monitoring", "body": "The rollback of Search finished at 10:30 am."},
    ("POST", "/incidents/{ref}/impacts"): {
        "component": "search",
        "level": "partial_outage",
        "from_at": "2026-11-23T14:05:00Z",
        "to_at": "2026-11-23T14:30:00Z",
    },
    ("PATCH", "/impacts/{id}"): {"level": "degraded_performance"},
    ("POST", "/incidents/{ref}/links"): {
        "url": "https://issues.example.com/42",
        "kind": "issue",
        "title": "Roll back search",
        "state": "open",
    },
    ("PUT", "/incidents/{ref}/roles/{role}"): {"person": "ada@example.com"},
    ("POST", "/incidents/{ref}/roles/{role}/accept"): {"person": "ada@example.com"},
    ("POST", "/incidents/{ref}/timeline"): {"kind": "action", "text": "Rolled back to the version of this morning."},
    ("PUT", "/incidents/{ref}/postmortem"): {
        "title": "Search errors on a rollback",
        "public": True,
        "sections": {
            "summary": "Searches failed for 12 minutes.",
            "impact": "3 % of searches failed; sign-in was not affected.",
            "contributing_factors": "- A configuration change was not covered by the canary.",
        },
    },
    ("POST", "/incidents/{ref}/postmortem/state"): {"to": "in_review"},
    ("POST", "/incidents/{ref}/followups"): {
        "title": "Cover configuration changes by the canary",
        "owner": "ada@example.com",
        "due": "2026-12-18",
        "public": True,
    },
    ("PATCH", "/followups/{id}"): {"state": "done"},
    ("POST", "/incidents/{ref}/checklist"): {"title": "Tell the partners in the morning meeting"},
    ("PATCH", "/checklist/{id}"): {"state": "na", "reason": "No partner uses Search."},
    ("POST", "/maintenances"): {
        "title": "Upgrade of the search database",
        "body": "Search is read-only for up to 30 minutes while we upgrade its database.",
        "components": ["search"],
        "scheduled_for": "2026-12-01T22:00:00Z",
        "scheduled_until": "2026-12-01T22:30:00Z",
    },
    ("PATCH", "/maintenances/{ref}"): {"scheduled_until": "2026-12-01T23:00:00Z"},
    ("POST", "/maintenances/{ref}/posts"): {
        "state": "scheduled",
        "body": "The upgrade of the search database takes place as planned; searching goes on during it.",
    },
    ("POST", "/maintenances/{ref}/cancel"): {"reason": "The new version is not ready."},
}
