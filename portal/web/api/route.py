"""What the table of routes is made of."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import BaseModel

from portal.domain.names import Permission, RoleName
from portal.verbs.commands import Command, Line
from portal.verbs.mail import KINDS

PREFIX = "/api/v1"
VERB: Final = "verb"
"""The verb decides: it depends on the incident, on the role that the actor holds in it, or on what is asked."""

PLACES: dict[str, tuple[str, dict[str, Any], str]] = {
    "ref": ("<ref>", {"type": "string"}, "an incident's or maintenance's reference, such as INC-42"),
    "slug": ("<slug>", {"type": "string"}, "a component's slug, such as code-intelligence"),
    "role": (
        f"<any({', '.join(RoleName)}):role>",
        {"type": "string", "enum": [str(role) for role in RoleName]},
        "one of the roles of an incident",
    ),
    "kind": ("<kind>", {"type": "string", "enum": list(KINDS)}, "which mail"),
    "seq": ("<number:seq>", {"type": "integer", "minimum": 1, "maximum": 10**9 - 1}, "a post's position, from 1"),
    "id": ("<number:id>", {"type": "integer", "minimum": 1, "maximum": 10**9 - 1}, "the id of the thing itself"),
}
"""A path's parts -> Flask's spelling, JSON schema, and what it is."""


class AcceptRole(Command):
    """An empty body accepts for oneself; `person` records that somebody else accepts."""

    person: Line | None = None


@dataclass(frozen=True)
class Route:
    """One row: a method and path, what it reads, the verb it calls, and what it answers."""

    method: str
    path: str
    verb: Callable[..., Any]
    answer: type[BaseModel]
    summary: str
    command: type[Command] | None = None
    query: type[BaseModel] | None = None
    status: int = 200
    permission: Permission | Literal["verb"] = Permission.RESPONDER
    """Who may; other tokens get 403."""
    gate: bool = False
    """True when the verb can say `not now` (409)."""
    location: str | None = None
    """The address of what was made, with names of the answer's fields."""
    passes_filters: bool = False
    """True when the verb takes its filters as one dict."""

    @property
    def places(self) -> list[str]:
        return re.findall(r"\{(\w+)\}", self.path)

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        return PREFIX + re.sub(r"\{(\w+)\}", lambda found: PLACES[found[1]][0], self.path)

    @property
    def name(self) -> str:
        """The operation's id: the verb's name."""
        return self.verb.__name__

    @property
    def writes(self) -> bool:
        return (self.command is not None and self.name != "lint") or self.method == "DELETE"
