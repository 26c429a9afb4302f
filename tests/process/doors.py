"""One person who acts through the form or through the API: the same words in, the same outcome to look at."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.domain.names import Permission
from portal.verbs.context import PORTAL
from portal.verbs.people import add_token
from tests.web.api.conftest import Caller
from tests.web.desk.writing import House, Person

ACTS: dict[str, tuple[str, str, str]] = {
    "declare": ("POST", "/incidents", "/declare"),
    "change": ("PATCH", "/incidents/{ref}", "/incidents/{ref}/change"),
    "offer": ("PUT", "/incidents/{ref}/roles/{role}", "/incidents/{ref}/roles/{role}/offer"),
    "accept": ("POST", "/incidents/{ref}/roles/{role}/accept", "/incidents/{ref}/roles/{role}/accept"),
    "line": ("POST", "/incidents/{ref}/timeline", "/incidents/{ref}/timeline"),
    "tick": ("PATCH", "/checklist/{id}", "/incidents/{ref}/checklist/{id}"),
    "close": ("POST", "/incidents/{ref}/close", "/incidents/{ref}/close"),
    "reopen": ("POST", "/incidents/{ref}/reopen", "/incidents/{ref}/reopen"),
    "call": ("POST", "/incidents/{ref}/calls", "/incidents/{ref}/calls"),
    "answer_call": ("POST", "/calls/{id}/acknowledge", "/incidents/{ref}/calls/{id}/acknowledge"),
    "attend": ("POST", "/incidents/{ref}/attendance", "/incidents/{ref}/attendance"),
    "disclose": ("POST", "/incidents/{ref}/disclose", "/incidents/{ref}/disclose"),
    "speak_for": ("POST", "/incidents/{ref}/availability", "/incidents/{ref}/availability"),
    "plan_window": ("POST", "/announcement-windows", "/windows"),
    "change_window": ("PATCH", "/announcement-windows/{id}", "/windows/{id}"),
    "snooze": ("POST", "/reminders/{id}/snooze", "/reminders/{id}/snooze"),
    "report": ("POST", "/signals", "/triage/report"),
    "ask_for_advice": ("POST", "/triage", "/triage"),
    "promote": ("POST", "/incidents/{ref}/promote", "/incidents/{ref}/promote"),
    "dismiss": ("POST", "/incidents/{ref}/dismiss", "/incidents/{ref}/dismiss"),
    "follow_up": ("POST", "/incidents/{ref}/followups", "/incidents/{ref}/followups"),
    "change_follow_up": ("PATCH", "/followups/{id}", "/followups/{id}"),
    "about_postmortem": ("PUT", "/incidents/{ref}/postmortem", "/incidents/{ref}/postmortem/about"),
    "write_postmortem": ("PUT", "/incidents/{ref}/postmortem", "/incidents/{ref}/postmortem"),
    "move_postmortem": ("POST", "/incidents/{ref}/postmortem/state", "/incidents/{ref}/postmortem/state"),
    "tick_step": ("POST", "/incidents/{ref}/playbooks", "/incidents/{ref}/playbooks"),
}
"""What is done -> the method and path of the API, and the path of the form."""


@dataclass
class Outcome:
    """What came of it: `status` as the API says it (a form that goes on is 200), and everything that was answered."""

    status: int
    text: str
    onward: str = ""
    """the page that a form goes on to"""

    @property
    def done(self) -> bool:
        return self.status < 400


@dataclass
class Door:
    """Somebody at one door; `me` is what others call them."""

    house: House
    me: str
    ref: str = field(default="", init=False)
    """the incident that they declared last"""

    def act(self, what: str, **given: Any) -> Outcome:
        method, api_path, form_path = ACTS[what]
        names = set(re.findall(r"\{(\w+)\}", api_path + form_path))
        places = {name: given.pop(name, self.ref if name == "ref" else None) for name in names}
        outcome = self._send(method, api_path.format(**places), form_path.format(**places), given)
        if what in ("declare", "ask_for_advice", "speak_for") and outcome.done:
            self.ref = f"INC-{self.house.verbs.sql('SELECT max(id) FROM incident')[0][0]}"
        return outcome

    def declare(self, title: str = "Search fails", **given: Any) -> str:
        """Answers the new incident's reference; the declaring must succeed."""
        outcome = self.act("declare", title=title, **given)
        assert outcome.done, outcome.text[:2000]
        return self.ref

    def post(self, state: str, body: str, *, ref: str | None = None, again: bool = False, **given: Any) -> Outcome:
        """Publish a post; `again` is the second press, which says yes to what can be confirmed."""
        raise NotImplementedError

    def read(self, ref: str | None = None) -> str:
        """What they can read of an incident."""
        raise NotImplementedError

    def _send(self, method: str, api_path: str, form_path: str, given: Mapping[str, Any]) -> Outcome:
        raise NotImplementedError


class Api(Door):
    def __init__(self, house: House, name: str, *permissions: str) -> None:
        super().__init__(house, name)
        token = add_token(house.context, PORTAL, name, [Permission(one) for one in permissions])
        self.caller = Caller(house.app, token)

    def post(self, state: str, body: str, *, ref: str | None = None, again: bool = False, **given: Any) -> Outcome:
        sent = {"state": state, "body": body, **({"confirm": True} if again else {}), **given}
        answer = self.caller("POST", f"/incidents/{ref or self.ref}/posts", sent)
        return Outcome(answer.status_code, answer.text)

    def read(self, ref: str | None = None) -> str:
        return self.caller("GET", f"/incidents/{ref or self.ref}").text

    def _send(self, method: str, api_path: str, form_path: str, given: Mapping[str, Any]) -> Outcome:
        answer = self.caller(method, api_path, dict(given))
        return Outcome(answer.status_code, answer.text)


class Form(Door):
    def __init__(self, house: House, email: str, *permissions: str) -> None:
        super().__init__(house, email)
        self.person: Person = house.person(email, *permissions)
        with house.context.database.transaction() as db:
            db.execute("UPDATE person SET team = 'engineering' WHERE email = ?", (email,))
        self.csrf = re.search(r'name="_csrf" value="([^"]+)"', self.person.look("/account"))[1]  # type: ignore[index]

    def post(self, state: str, body: str, *, ref: str | None = None, again: bool = False, **given: Any) -> Outcome:
        action = f"/incidents/{ref or self.ref}/post"
        self.person.look(f"{action}?new=1")
        typed = dict(fields(given))
        answer = self.person.press(action, "publish", state=state, body=body, **typed)
        if again and answer.status_code == 422:
            answer = self.person.press(action, "publish")
        return Outcome(answer.status_code, answer.text)

    def read(self, ref: str | None = None) -> str:
        return self.person.client.get(f"/desk/incidents/{ref or self.ref}").text

    def _send(self, method: str, api_path: str, form_path: str, given: Mapping[str, Any]) -> Outcome:
        sent: dict[str, list[str]] = {"_csrf": [self.csrf]}
        for name, value in fields(given):
            sent.setdefault(name, []).append(value)
        answer = self.person.client.post(f"/desk{form_path}", data=sent)
        if answer.status_code == 303:
            return Outcome(200, answer.text, str(answer.headers["Location"]))
        return Outcome(answer.status_code, answer.text)


def fields(given: Mapping[str, Any], start: str = "") -> Iterator[tuple[str, str]]:
    """A JSON object as the fields of a form."""
    for name, value in given.items():
        if isinstance(value, Mapping):
            yield from fields(value, f"{start}{name}.")
        elif isinstance(value, list):
            yield from ((start + name, str(one)) for one in value)
        elif value is not None:
            yield start + name, ("1" if value else "") if isinstance(value, bool) else str(value)
