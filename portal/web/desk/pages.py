"""The table of the desk's pages: every view is filed here, and tests of who may do what are made from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from flask import Response

from portal.domain.names import Permission

PREFIX = "/desk"
Answer: TypeAlias = Response
View: TypeAlias = Callable[..., Answer]


@dataclass(frozen=True)
class Page:
    """One row: a method and a path below /desk, and who may."""

    method: str
    path: str
    permission: Permission | None
    """None: anybody, also without being signed in."""
    view: View
    max_body: int | None = None
    """Bytes of a body, when it may be larger than others."""

    @property
    def name(self) -> str:
        return f"{self.view.__module__.rpartition('.')[2]}.{self.view.__name__}"


PAGES: list[Page] = []


def page(
    method: str, path: str, *, permission: Permission | None = Permission.RESPONDER, max_body: int | None = None
) -> Callable[[View], View]:
    """File a view: `(visit, **places) -> Answer`, for people with the permission (all who are signed in, when not
    said; None: anybody). The verb behind it decides all the same."""

    def file(view: View) -> View:
        if any((one.method, one.path) == (method, path) for one in PAGES):
            raise ValueError(f"{method} {path} is there already")
        PAGES.append(Page(method, path, permission, view, max_body))
        return view

    return file
