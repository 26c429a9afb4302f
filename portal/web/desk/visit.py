"""One request to the desk: who asks, what was typed, and how a view reads, acts and answers."""

import dataclasses
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from flask import Response, render_template, request
from pydantic import BaseModel

from portal.domain.errors import Refused, TooMany
from portal.domain.names import Permission
from portal.verbs import people
from portal.verbs.context import Actor, AlreadyDone, Context, IdempotencyKey, Written
from portal.verbs.sessions import Session
from portal.web.desk import guard, menu
from portal.web.desk.forms import Form, read_form
from portal.web.desk.pages import Answer, page
from portal.web.reading import canonical
from portal.web.running import Portal, publish

__all__ = ["Answer", "Done", "Visit", "page"]

Model = TypeVar("Model", bound=BaseModel)
NOTICE = "desk-notice"
NOBODY = Actor("nobody", frozenset())
_ADDRESS = re.compile(r"[^\s@,;:()<>]+@[\w.-]*\w")


@dataclass(frozen=True)
class Done:
    """What a verb did: its answer, the public change (None: nothing public), and whether the public sees it yet."""

    answer: dict[str, Any]
    change: int | None
    published: bool


@dataclass
class Visit:
    """Who asks for which page, with what typed."""

    portal: Portal
    session: Session | None
    form: Form
    """What was typed (POST) or is asked for in the address (GET)."""
    refused: Refused | None = field(default=None, init=False)
    _done: int = field(default=0, init=False)
    _inside: str = field(default="", init=False)
    """The name of the form that a template is writing; several forms of a page may have fields of the same name."""

    @property
    def context(self) -> Context:
        return self.portal.context

    @property
    def person(self) -> Session | None:
        """Who is signed in (`email`, `name`, `team`, `permissions`); None on pages for anybody."""
        return self.session

    @property
    def actor(self) -> Actor:
        return self.session.actor if self.session else NOBODY

    @property
    def csrf(self) -> str:
        return self.session.csrf if self.session else ""

    @property
    def htmx(self) -> bool:
        """Whether a part of a page is asked for, not a whole one."""
        return "HX-Request" in request.headers and "HX-Boosted" not in request.headers

    @cached_property
    def names(self) -> dict[str, str]:
        """Address -> name of everybody here, for whom may read it."""
        return people.names_of_colleagues(self.context, self.actor) if self.may(Permission.RESPONDER) else {}

    def in_names(self, text: str) -> str:
        """A sentence with the addresses of colleagues as their names."""
        return _ADDRESS.sub(lambda found: self.names.get(found[0], found[0]), text)

    def may(self, permission: str) -> bool:
        return self.actor.may(Permission(permission))

    def read(self, model: type[Model], keep_empty: Collection[str] = ()) -> Model:
        """The command that the form says; see `read_form`. Raises Invalid, by field."""
        return read_form(model, self.form, keep_empty)

    def do(self, verb: Callable[..., Written], *arguments: Any, **named: Any) -> Done:
        """Call a verb that writes, wake the publisher and wait until its change is public, up to two seconds. A form
        that is sent twice is done once."""
        began = time.monotonic()
        try:
            done: Written | AlreadyDone = verb(self._once(verb), self.actor, *arguments, **named)
        except AlreadyDone as before:
            done = before
        return Done(done.answer, done.change, publish(self.portal, done.change, wait=True, began=began))

    def _once(self, verb: Callable[..., Any]) -> Context:
        """A context that repeats its answer for the same words from the same rendered form."""
        self._done += 1
        form = self.form.get("_once", "")
        if not form:
            return self.context
        said = hashlib.sha256(canonical([[name, self.form.getlist(name)] for name in sorted(self.form)])).hexdigest()
        key = IdempotencyKey(f"desk {form[:40]} {said[:32]} {self._done}", f"{request.path} {verb.__name__}", said, 200)
        return dataclasses.replace(self.context, idempotency=key)

    def render(self, template: str, *, refused: Refused | None = None, **values: Any) -> Response:
        """A page from a template. `refused` puts its sentences beside the fields; its status becomes the page's."""
        notice = self._notice()
        self.refused = refused
        html = render_template(
            template,
            visit=self,
            refused=refused,
            notice=notice,
            menu=menu.for_actor(self.actor),
            settings=self.portal.settings,
            now=self.context.now(),
            once=secrets.token_urlsafe(12),
            **values,
        )
        response = Response(html, status=refused.status if refused else 200, content_type="text/html; charset=utf-8")
        if isinstance(refused, TooMany):
            response.headers["Retry-After"] = str(refused.retry_after)
        if notice is not None:
            guard.forget(response, self.portal.settings, NOTICE)
        return response

    def enter(self, name: str) -> str:
        """Templates: from here on the fields belong to the form of this name."""
        self._inside = name
        return ""

    def typed(self, name: str, default: Any = "") -> str:
        """What stands in a field: what was typed before, else the default."""
        return str(self.form[name]) if self._ours and name in self.form else "" if default is None else str(default)

    def ticked(self, name: str, default: bool = False) -> bool:
        """Whether a checkbox is ticked; its hidden twin comes first, with an empty value."""
        return bool(self.form.getlist(name)[-1]) if self._ours and name in self.form else default

    def picked(self, name: str, defaults: Collection[str] = ()) -> list[str]:
        """Which of several are chosen."""
        return self.form.getlist(name) if self._ours and name in self.form else list(defaults)

    def said(self, name: str) -> list[str]:
        """What is wrong with a field, a sentence each."""
        errors = self.refused.more.get("errors", {}) if self.refused and self._ours else {}
        return list(errors.get(name, []))

    @property
    def failed(self) -> Refused | None:
        """Why the form that a template is writing was refused, if it was this one."""
        return self.refused if self._ours else None

    @property
    def _ours(self) -> bool:
        return self.form.get("_form", self._inside) == self._inside

    def redirect(self, to: str, message: str | None = None) -> Response:
        """On to another page of the desk (303), which shows the message once, with colleagues by name."""
        if self.htmx:
            response = Response(status=204, headers={"HX-Redirect": to})
        else:
            response = Response(status=303, headers={"Location": to})
        if message and self.session:
            said = self.in_names(message)
            sealed = f"{self.session.seal(said)} {said}"
            guard.keep(response, self.portal.settings, NOTICE, sealed, seconds=60)
        return response

    def _notice(self) -> str | None:
        """The message that the page before left, when it is our own."""
        seal, _, said = guard.kept(self.portal.settings, NOTICE).partition(" ")
        if not said or self.htmx or self.session is None:
            return None
        return said if hmac.compare_digest(self.session.seal(said).encode(), seal.encode()) else None
