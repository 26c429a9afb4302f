"""Stands in for the post rules until they are there; goes away then."""

from typing import Any

try:
    from portal.domain.rules import Draft, Finding, Setting, examine, with_support_contact
except ImportError:

    class Draft(dict):  # type: ignore
        def __init__(self, **kw: Any) -> None: ...

    class Setting(dict):  # type: ignore
        def __init__(self, **kw: Any) -> None: ...

    class Finding:  # type: ignore
        def __init__(self, *a: Any) -> None:
            self.rule, self.level, self.message, self.start, self.end = a

        def to_json(self) -> dict[str, Any]:
            return {**self.__dict__, "suggestion": None, "field": "body"}

    def examine(draft: Any, setting: Any) -> list[Any]:  # type: ignore
        return []

    def with_support_contact(body: str, support_email: str) -> str:  # type: ignore
        return (
            body if support_email in body else f"{body.rstrip()}\n\nIf you have any questions, email {support_email}."
        )
