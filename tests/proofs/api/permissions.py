"""Who may do what over HTTP, written by hand from the contract: nothing here is read from the portal's own tables."""

from typing import Any

PERMISSIONS = ("responder", "messenger", "admin", "security")
STAFF = {*PERMISSIONS, "lead"}
PUBLISHERS = {"lead", "messenger", "admin"}
MESSENGERS = {"messenger", "admin"}
ADMIN = {"admin"}
SECURITY = {"security"}

Row = tuple[str, Any, set[str]]
"""(a real address, a body that succeeds or None, who may)"""

TABLE: dict[str, Row] = {
    "GET /components": ("/components", None, STAFF),
    "POST /components": ("/components", {"name": "New"}, ADMIN),
    "GET /components/{slug}": ("/components/search", None, STAFF),
    "PATCH /components/{slug}": ("/components/search", {"name": "New"}, ADMIN),
    "DELETE /components/{slug}": ("/components/sign-in", None, ADMIN),
    "GET /incidents": ("/incidents", None, STAFF),
    "POST /incidents": ("/incidents", {"title": "New"}, STAFF),
    "GET /incidents/{ref}": ("/incidents/INC-2", None, STAFF),
    "PATCH /incidents/{ref}": ("/incidents/INC-2", {"public_title": "New words"}, PUBLISHERS),
    "GET /incidents/{ref}/recap": ("/incidents/INC-2/recap", None, STAFF),
    "POST /incidents/{ref}/close": ("/incidents/INC-1/close", {"outcome": "cancelled", "reason": "x"}, STAFF),
    "POST /incidents/{ref}/reopen": ("/incidents/INC-1/reopen", {"reason": "It is back."}, STAFF),
    "POST /incidents/{ref}/disclose": ("/incidents/INC-4/disclose", {"as": "postmortem"}, SECURITY),
    "GET /incidents/{ref}/posts": ("/incidents/INC-2/posts", None, STAFF),
    "POST /incidents/{ref}/posts": (
        "/incidents/INC-2/posts",
        {"state": "identified", "body": "A configuration change broke searches in Search. We are rolling it back."},
        PUBLISHERS,
    ),
    "POST /incidents/{ref}/posts/{seq}/redact": ("/incidents/INC-2/posts/1/redact", {"words": "customers"}, ADMIN),
    "POST /lint": ("/lint", {"state": "investigating", "body": "Searches fail for some customers."}, STAFF),
    "GET /incidents/{ref}/impacts": ("/incidents/INC-2/impacts", None, STAFF),
    "POST /incidents/{ref}/impacts": (
        "/incidents/INC-2/impacts",
        {"component": "sign-in", "level": "partial_outage", "from_at": "2026-11-23T14:00:00Z"},
        PUBLISHERS,
    ),
    "PATCH /impacts/{id}": ("/impacts/2", {"level": "degraded_performance"}, PUBLISHERS),
    "GET /incidents/{ref}/links": ("/incidents/INC-2/links", None, STAFF),
    "POST /incidents/{ref}/links": ("/incidents/INC-2/links", {"url": "https://issues.example.com/1"}, STAFF),
    "PUT /incidents/{ref}/roles/{role}": ("/incidents/INC-2/roles/buddy", {"person": "lea"}, STAFF),
    "POST /incidents/{ref}/roles/{role}/accept": ("/incidents/INC-2/roles/messenger/accept", {"person": "mo"}, STAFF),
    "GET /incidents/{ref}/timeline": ("/incidents/INC-2/timeline", None, STAFF),
    "POST /incidents/{ref}/timeline": ("/incidents/INC-2/timeline", {"text": "Seen."}, STAFF),
    "GET /incidents/{ref}/postmortem": ("/incidents/INC-1/postmortem", None, STAFF),
    "PUT /incidents/{ref}/postmortem": ("/incidents/INC-1/postmortem", {"title": "New"}, MESSENGERS),
    "POST /incidents/{ref}/postmortem/state": ("/incidents/INC-1/postmortem/state", {"to": "withdrawn"}, MESSENGERS),
    "GET /postmortems": ("/postmortems", None, STAFF),
    "GET /incidents/{ref}/postmortem/preview": ("/incidents/INC-1/postmortem/preview", None, STAFF),
    "GET /incidents/{ref}/postmortem/revisions": ("/incidents/INC-1/postmortem/revisions", None, STAFF),
    "GET /incidents/{ref}/postmortem/revisions/{id}": ("/incidents/INC-1/postmortem/revisions/1", None, STAFF),
    "GET /incidents/{ref}/postmortem/requests": ("/incidents/INC-1/postmortem/requests", None, STAFF),
    "POST /incidents/{ref}/postmortem/requests": ("/incidents/INC-1/postmortem/requests", {"name": "Example"}, STAFF),
    "PATCH /postmortem-requests/{id}": ("/postmortem-requests/1", {"told": True}, STAFF),
    "GET /followups": ("/followups", None, STAFF),
    "GET /insight": ("/insight", None, STAFF),
    "GET /incidents/{ref}/followups": ("/incidents/INC-2/followups", None, STAFF),
    "POST /incidents/{ref}/followups": ("/incidents/INC-2/followups", {"title": "New"}, STAFF),
    "PATCH /followups/{id}": ("/followups/1", {"title": "New"}, MESSENGERS),
    "GET /incidents/{ref}/checklist": ("/incidents/INC-2/checklist", None, STAFF),
    "POST /incidents/{ref}/checklist": ("/incidents/INC-2/checklist", {"title": "New"}, STAFF),
    "PATCH /checklist/{id}": ("/checklist/1", {"state": "done"}, STAFF),
    "GET /board": ("/board", None, STAFF),
    "GET /similar-incidents": ("/similar-incidents?components=search", None, STAFF),
    "GET /incidents/{ref}/calls": ("/incidents/INC-2/calls", None, STAFF),
    "POST /incidents/{ref}/calls": ("/incidents/INC-2/calls", {"person": "mia@example.com"}, STAFF),
    "POST /calls/{id}/acknowledge": ("/calls/1/acknowledge", {}, STAFF),
    "POST /incidents/{ref}/attendance": ("/incidents/INC-2/attendance", {"attends": True}, STAFF),
    "GET /playbooks": ("/playbooks", None, STAFF),
    "GET /incidents/{ref}/playbooks": ("/incidents/INC-2/playbooks", None, STAFF),
    "POST /incidents/{ref}/playbooks": (
        "/incidents/INC-2/playbooks",
        {"playbook": "roll-back-a-deploy", "step": 1},
        STAFF,
    ),
    "GET /incidents/{ref}/suggested-owners": ("/incidents/INC-2/suggested-owners", None, STAFF),
    "PUT /components/{slug}/owner": ("/components/search/owner", {"owner": "ada@example.com"}, ADMIN),
    "GET /components/{slug}/changes": ("/components/search/changes", None, STAFF),
    "POST /components/{slug}/changes": ("/components/search/changes", {"what": "Search 4.12"}, STAFF),
    "GET /incidents/{ref}/templates": ("/incidents/INC-2/templates", None, STAFF),
    "GET /incidents/{ref}/drafts": ("/incidents/INC-2/drafts", None, STAFF),
    "POST /incidents/{ref}/drafts": ("/incidents/INC-2/drafts", {"body": "Half a sen"}, STAFF),
    "GET /drafts/{id}": ("/drafts/1", None, STAFF),
    "PUT /drafts/{id}": ("/drafts/1", {"body": "Half a sentence"}, STAFF),
    "DELETE /drafts/{id}": ("/drafts/1", None, {"responder", *MESSENGERS}),
    "POST /drafts/{id}/publish": ("/drafts/1/publish", {"version": 1}, PUBLISHERS),
    "POST /drafts/{id}/approve": ("/drafts/1/approve", {"version": 1}, PUBLISHERS),
    "GET /incidents/{ref}/posts/{seq}/reach": ("/incidents/INC-2/posts/1/reach", None, STAFF),
    "GET /subscribers": ("/subscribers", None, ADMIN),
    "POST /subscribers": ("/subscribers", {"email": "new@customer.example"}, ADMIN),
    "DELETE /subscribers": ("/subscribers?email=cleo@customer.example", None, ADMIN),
    "POST /subscribers/bounces": (
        "/subscribers/bounces",
        {"email": "cleo@customer.example", "kind": "temporary"},
        ADMIN,
    ),
    "GET /mail": ("/mail", None, STAFF),
    "GET /incidents/{ref}/posts/{seq}/mail": ("/incidents/INC-2/posts/1/mail", None, STAFF),
    "POST /incidents/{ref}/posts/{seq}/stop-mail": ("/incidents/INC-2/posts/1/stop-mail", {}, PUBLISHERS),
    "GET /reminders": ("/reminders", None, STAFF),
    "POST /reminders/{id}/snooze": ("/reminders/1/snooze", {"minutes": 10}, STAFF),
    "GET /announcement-windows": ("/announcement-windows", None, STAFF),
    "POST /announcement-windows": (
        "/announcement-windows",
        {"starts_at": "2026-11-24T10:00:00Z", "ends_at": "2026-11-24T11:00:00Z"},
        STAFF,
    ),
    "GET /announcement-windows/{id}": ("/announcement-windows/1", None, STAFF),
    "PATCH /announcement-windows/{id}": ("/announcement-windows/1", {"title": "New"}, STAFF),
    "POST /announcement-windows/{id}/cancel": ("/announcement-windows/1/cancel", {}, STAFF),
    "GET /signals": ("/signals", None, STAFF),
    "POST /signals": ("/signals", {"title": "Down", "key": "down"}, STAFF),
    "POST /signals/alertmanager": ("/signals/alertmanager", {"alerts": []}, STAFF),
    "POST /signals/{id}/promote": ("/signals/1/promote", {}, STAFF),
    "POST /signals/{id}/dismiss": ("/signals/1/dismiss", {"reason": "A test"}, STAFF),
    "POST /triage": ("/triage", {"title": "Slow"}, STAFF),
    "POST /incidents/{ref}/promote": ("/incidents/INC-5/promote", {}, STAFF),
    "POST /incidents/{ref}/dismiss": ("/incidents/INC-5/dismiss", {"reason": "A test"}, STAFF),
    "POST /incidents/{ref}/availability": ("/incidents/INC-4/availability", {"title": "Sign-in fails"}, SECURITY),
    "GET /rota": ("/rota", None, STAFF),
    "GET /maintenances": ("/maintenances", None, STAFF),
    "POST /maintenances": (
        "/maintenances",
        {
            "title": "Upgrade",
            "body": "Search is read-only for all customers while we upgrade its database.",
            "scheduled_for": "2026-11-24T10:00:00Z",
            "scheduled_until": "2026-11-24T11:00:00Z",
        },
        MESSENGERS,
    ),
    "PATCH /maintenances/{ref}": ("/maintenances/INC-3", {"title": "New"}, MESSENGERS),
    "POST /maintenances/{ref}/posts": (
        "/maintenances/INC-3/posts",
        {"state": "scheduled", "body": "The upgrade of the Search database takes place as planned."},
        MESSENGERS,
    ),
    "POST /maintenances/{ref}/cancel": ("/maintenances/INC-3/cancel", {"reason": "Not ready."}, MESSENGERS),
}
"""By operation. Followups 1 is public; `lead` is a responder who leads INC-2 (open); INC-1 is resolved and has a public
postmortem, INC-3 is a maintenance, INC-4 is private, INC-5 waits in triage."""

OF_EVERYBODY = {
    "/healthz": 200,
    "/readyz": 200,
    "/api/v1/openapi.json": 200,
    "/api/v1/docs": 200,
    "/api/v1/docs.css": 200,
    "/": 200,
    "/<public:path>": 200,
    "/report": 200,
    "/subscriptions": 200,
    "/subscriptions/confirm/<token>": 404,
    "/subscriptions/manage/<token>": 404,
    "/subscriptions/unsubscribe/<token>": 200,
}
"""Rules that answer GET without a token, and how."""
OF_NOBODY = {"/api/v1": 404, "/api/v1/": 404, "/api/v1/<path:rest>": 404}
"""Rules that only say that nothing is there."""
OF_ADMINS = {"/metrics": 200}
