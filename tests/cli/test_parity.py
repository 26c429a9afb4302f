"""Whatever the API can do, the command line can: every route has a command, every field of its body an option."""

import inspect

import click
import pytest

from portal.web.api.routes import ROUTES
from tests.cli.test_help import all_commands

COMMANDS = {
    "GET /components": "component list",
    "POST /components": "component add",
    "PATCH /components/{slug}": "component change",
    "DELETE /components/{slug}": "component remove",
    "GET /incidents": "incident list",
    "POST /incidents": "incident declare",
    "GET /incidents/{ref}": "incident show",
    "PATCH /incidents/{ref}": "incident change",
    "GET /incidents/{ref}/recap": "incident recap",
    "POST /incidents/{ref}/close": "incident close",
    "POST /incidents/{ref}/reopen": "incident reopen",
    "POST /incidents/{ref}/disclose": "incident disclose",
    "POST /incidents/{ref}/posts": "incident post",
    "POST /incidents/{ref}/posts/{seq}/redact": "incident redact",
    "POST /lint": "incident post",
    "GET /incidents/{ref}/impacts": "incident impact list",
    "POST /incidents/{ref}/impacts": "incident impact add",
    "PATCH /impacts/{id}": "incident impact change",
    "GET /incidents/{ref}/links": "incident links",
    "POST /incidents/{ref}/links": "incident link",
    "PUT /incidents/{ref}/roles/{role}": "incident role offer",
    "POST /incidents/{ref}/roles/{role}/accept": "incident role accept",
    "GET /incidents/{ref}/timeline": "incident timeline",
    "POST /incidents/{ref}/timeline": "incident note",
    "GET /incidents/{ref}/postmortem": "postmortem show",
    "PUT /incidents/{ref}/postmortem": "postmortem write",
    "POST /incidents/{ref}/postmortem/state": "postmortem move",
    "GET /postmortems": "postmortem list",
    "GET /incidents/{ref}/postmortem/preview": "postmortem preview",
    "GET /incidents/{ref}/postmortem/revisions": "postmortem revisions",
    "GET /incidents/{ref}/postmortem/revisions/{id}": "postmortem compare",
    "GET /incidents/{ref}/postmortem/requests": "postmortem request list",
    "POST /incidents/{ref}/postmortem/requests": "postmortem request add",
    "PATCH /postmortem-requests/{id}": "postmortem request told",
    "GET /followups": "incident followups",
    "GET /insight": "insight",
    "GET /incidents/{ref}/followups": "incident followup list",
    "POST /incidents/{ref}/followups": "incident followup add",
    "PATCH /followups/{id}": "incident followup change",
    "GET /incidents/{ref}/checklist": "incident checklist list",
    "POST /incidents/{ref}/checklist": "incident checklist add",
    "PATCH /checklist/{id}": "incident checklist mark",
    "GET /board": "incident board",
    "GET /similar-incidents": "incident similar",
    "GET /incidents/{ref}/calls": "incident calls",
    "POST /incidents/{ref}/calls": "incident call",
    "POST /calls/{id}/acknowledge": "incident acknowledge",
    "POST /incidents/{ref}/attendance": "incident attend",
    "GET /playbooks": "incident playbooks",
    "GET /incidents/{ref}/playbooks": "incident playbooks",
    "POST /incidents/{ref}/playbooks": "incident playbook",
    "GET /incidents/{ref}/suggested-owners": "incident ask",
    "PUT /components/{slug}/owner": "component owner",
    "GET /components/{slug}/changes": "component changes",
    "POST /components/{slug}/changes": "component changed",
    "GET /incidents/{ref}/templates": "incident templates",
    "GET /incidents/{ref}/drafts": "incident draft list",
    "POST /incidents/{ref}/drafts": "incident draft save",
    "GET /drafts/{id}": "incident draft show",
    "PUT /drafts/{id}": "incident draft change",
    "DELETE /drafts/{id}": "incident draft discard",
    "POST /drafts/{id}/publish": "incident draft publish",
    "POST /drafts/{id}/approve": "incident draft approve",
    "GET /incidents/{ref}/posts/{seq}/reach": "incident reach",
    "GET /maintenances": "maintenance list",
    "POST /maintenances": "maintenance plan",
    "PATCH /maintenances/{ref}": "maintenance change",
    "POST /maintenances/{ref}/posts": "incident post",
    "POST /maintenances/{ref}/cancel": "maintenance cancel",
    "GET /reminders": "reminder list",
    "POST /reminders/{id}/snooze": "reminder snooze",
    "GET /announcement-windows": "window list",
    "POST /announcement-windows": "window plan",
    "PATCH /announcement-windows/{id}": "window change",
    "POST /announcement-windows/{id}/cancel": "window cancel",
    "GET /signals": "signal list",
    "POST /signals": "signal send",
    "POST /signals/{id}/promote": "signal promote",
    "POST /signals/{id}/dismiss": "signal dismiss",
    "POST /triage": "triage ask",
    "POST /incidents/{ref}/promote": "triage promote",
    "POST /incidents/{ref}/dismiss": "triage dismiss",
    "POST /incidents/{ref}/availability": "incident declare",
    "GET /rota": "rota",
    "GET /subscribers": "subscriber list",
    "POST /subscribers": "subscriber add",
    "DELETE /subscribers": "subscriber remove",
    "POST /subscribers/bounces": "subscriber bounced",
    "GET /webhooks": "webhook list",
    "POST /webhooks": "webhook add",
    "DELETE /webhooks/{id}": "webhook remove",
    "GET /mail": "mail status",
    "GET /incidents/{ref}/posts/{seq}/mail": "mail preview",
    "GET /mail/letters/{kind}": "mail letter",
    "POST /incidents/{ref}/posts/{seq}/stop-mail": "mail stop",
}
WITHOUT = {
    "GET /announcement-windows/{id}": "`window list --json` prints all of their fields",
    "POST /signals/alertmanager": "Alertmanager sends it; `signal send` sends one by hand",
    "GET /components/{slug}": "`component list` prints everything about every component",
    "GET /incidents/{ref}/posts": "`incident show` prints the posts, and --json all of their fields",
}
"""Routes that need no command, and why."""
ONLY_HERE = {"subscriber import", "subscriber export", "mail bounce"}
"""Commands that read or write a file, or take what a mail server pipes in."""
ALSO_CALLED = {
    "group": "group_name",
    "notify": "no_notify",
    "words": "forbidden",
    "text": "words_",
    "type": "type_",
}
"""A field's name -> the option's in Python, where the field's own is taken by something else there."""
EDITOR = "an editor saves while its person types, a command does not"
LEFT_OUT = {
    "incident draft save": {"version": "a draft that begins has none", "autosave": EDITOR},
    "incident draft change": {"autosave": EDITOR},
    "postmortem write": {"autosave": EDITOR},
    "incident declare": {"post": "its fields are options of the same command"},
    "incident change": {"seen": "nobody has a form open while they type a command"},
    "incident checklist mark": {"seen": "nobody has a form open while they type a command"},
}
"""Fields that a command takes under another name or not at all, and why."""

every_operation = pytest.mark.parametrize("operation", COMMANDS)
ROUTE = {f"{route.method} {route.path}": route for route in ROUTES}
BY_PATH = {" ".join(path): command for path, command in all_commands()}


def test_every_route_has_a_command_or_a_reason():
    assert set(ROUTE) - set(COMMANDS) - set(WITHOUT) == set()
    assert set(COMMANDS) | set(WITHOUT) == set(ROUTE)
    assert not set(COMMANDS) & set(WITHOUT)
    assert set(BY_PATH) - ONLY_HERE == set(COMMANDS.values()), "no command does what the API can't"


@every_operation
def test_its_command_carries_out_the_same_verb(operation):
    callback = BY_PATH[COMMANDS[operation]].callback
    assert callback is not None
    assert ROUTE[operation].verb.__name__ in inspect.unwrap(callback).__code__.co_names


def takes(command: click.Command) -> set[str]:
    return {str(one.name) for one in command.params}


@every_operation
def test_every_field_and_filter_can_be_given(operation):
    route, path = ROUTE[operation], COMMANDS[operation]
    models = [model for model in (route.command, route.query) if model is not None]
    wanted = {name for model in models for name in model.model_fields} - set(LEFT_OUT.get(path, {}))
    given = takes(BY_PATH[path])
    assert {name for name in wanted if name not in given and ALSO_CALLED.get(name) not in given} == set()
