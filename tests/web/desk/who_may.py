"""Who may open which page of the desk, written by hand: nothing here is read from the portal's own table.

A page that is not listed fails the test that asks for all of them: add its line to those who may.
"""

ANYBODY = """
GET+POST /sign-in
GET /sign-in/back
GET+POST /sign-in/link/<token>
GET /sign-in/with
POST /sign-out
"""
"""Also who is not signed in."""
STAFF = """
GET /
GET /account
POST /account/password
POST /account/sessions/<number:session_id>/end
GET /board/now
GET+POST /declare
GET /declare/similar
POST /drafts/<number:draft_id>
GET /followups
POST /followups/<number:number>
GET /incidents
GET /incidents/<ref>
POST /incidents/<ref>/attendance
POST /incidents/<ref>/calls
POST /incidents/<ref>/calls/<number:call_id>/acknowledge
POST /incidents/<ref>/change
POST /incidents/<ref>/checklist
POST /incidents/<ref>/checklist/<number:item_id>
POST /incidents/<ref>/close
POST /incidents/<ref>/dismiss
GET+POST /incidents/<ref>/followups
POST /incidents/<ref>/impacts
POST /incidents/<ref>/impacts/<number:impact_id>
POST /incidents/<ref>/join
GET /incidents/<ref>/lines
POST /incidents/<ref>/links
GET+POST /incidents/<ref>/outcome
POST /incidents/<ref>/outcome/false-alarm
POST /incidents/<ref>/playbooks
GET+POST /incidents/<ref>/post
POST /incidents/<ref>/post/preview
GET+POST /incidents/<ref>/postmortem
POST /incidents/<ref>/postmortem/about
GET /incidents/<ref>/postmortem/preview
POST /incidents/<ref>/postmortem/requests
GET /incidents/<ref>/postmortem/retrospective.ics
GET /incidents/<ref>/postmortem/revisions
GET /incidents/<ref>/postmortem/revisions/<number:number>
POST /incidents/<ref>/postmortem/sections/<name>
POST /incidents/<ref>/postmortem/state
GET /incidents/<ref>/posts/<number:seq>
GET /incidents/<ref>/posts/<number:seq>/mail
GET /incidents/<ref>/posts/<number:seq>/mail.html
GET /mail
GET /mail/letters/<kind>
GET /mail/letters/<kind>/html
POST /incidents/<ref>/posts/<number:seq>/stop-mail
GET+POST /incidents/<ref>/private
POST /incidents/<ref>/promote
GET /incidents/<ref>/recap
POST /incidents/<ref>/reopen
POST /incidents/<ref>/roles/<any(lead, messenger, buddy, resolver):role>/accept
POST /incidents/<ref>/roles/<any(lead, messenger, buddy, resolver):role>/offer
POST /incidents/<ref>/roles/<any(lead, messenger, buddy, resolver):role>/take
POST /incidents/<ref>/timeline
GET /insight
GET /insight.csv
GET /maintenances
GET+POST /maintenances/<ref>
POST /maintenances/<ref>/<any(start, end):what>
POST /maintenances/<ref>/cancel
GET+POST /maintenances/plan
GET /playbooks
POST /postmortem-requests/<number:number>
GET /postmortems
GET /reminders
POST /reminders/<number:reminder_id>/snooze
GET /rota
GET /rota/<name>.ics
GET /rota/mine.ics
POST /signals/<number:signal_id>/dismiss
POST /signals/<number:signal_id>/promote
GET+POST /triage
GET /triage/new
POST /triage/report
GET+POST /windows
GET+POST /windows/<number:window_id>
POST /windows/<number:window_id>/cancel
"""
"""Everybody who is signed in; what else is asked for, the verb says."""
ADMIN = """
GET /audit
GET /files
POST /files/export
POST /files/import
POST /incidents/<ref>/posts/<number:seq>/redact
GET+POST /components
GET+POST /components/<slug>
POST /components/<slug>/remove
GET+POST /people
GET+POST /subscribers
GET /subscribers.csv
POST /subscribers/import
POST /subscribers/remove
GET+POST /webhooks
POST /webhooks/remove
GET+POST /people/<email>
POST /people/<email>/<any(disable, enable):what>
POST /people/<email>/link
POST /people/<email>/sessions/<number:session_id>/end
GET /settings
GET+POST /tokens
POST /tokens/revoke
"""
SECURITY = """
POST /incidents/<ref>/availability
POST /incidents/<ref>/disclose
"""

MAY = {
    "anonymous": {ANYBODY},
    "responder": {ANYBODY, STAFF},
    "messenger": {ANYBODY, STAFF},
    "admin": {ANYBODY, STAFF, ADMIN},
    "security": {ANYBODY, STAFF, SECURITY},
}
PLACES = {
    "ref": "INC-1",
    "email": "lea@example.com",
    "token": "no-such-token",
    "name": "summary",
    "slug": "search",
    "kind": "confirmation",
}
"""What stands in an address; numbers are 1, and of several words it is the first."""


def listed() -> dict[tuple[str, str], str]:
    """(method, path) -> the list it is in."""
    found = {}
    for rows in (ANYBODY, STAFF, ADMIN, SECURITY):
        for line in rows.strip().splitlines():
            methods, _, path = line.partition(" ")
            for method in methods.split("+"):
                found[method, path] = rows
    return found
