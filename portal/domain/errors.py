"""The errors that a person can cause. Each carries its HTTP status and one sentence; doors map them once."""

from collections.abc import Mapping, Sequence
from typing import Any


class Refused(Exception):
    """A request that the portal does not carry out. `detail` says why and what to do instead."""

    status = 400
    code = "bad-request"
    title = "Bad request"

    def __init__(self, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.more = more


class BadRequest(Refused):
    """The request could not be read: malformed JSON, an unknown query parameter."""


class NotSignedIn(Refused):
    """There is no token, or nobody knows it (any more)."""

    status, code, title = 401, "not-signed-in", "Not signed in"


class NotAllowed(Refused):
    """The token is good, but it lacks the permission."""

    status, code, title = 403, "not-allowed", "Not allowed"


class NotFound(Refused):
    """There is nothing of that name, or nothing that this token may see."""

    status, code, title = 404, "not-found", "Not found"


class TooMany(Refused):
    """Too many tries from one place or for one account; send it again after `Retry-After` seconds."""

    status, code, title = 429, "too-many", "Too many tries"

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Conflict(Refused):
    """A gate said no; `reasons` lists what is missing, a sentence each."""

    status, code, title = 409, "conflict", "Not now"

    def __init__(self, detail: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(detail, reasons=list(reasons) or [detail])


class Overtaken(Conflict):
    """Somebody else posted while this was being written; `reasons` says who said what. Read it, then send it again."""

    code, title = "overtaken", "Somebody posted meanwhile"


class EditedMeanwhile(Conflict):
    """Somebody else changed the same sections; `meanwhile` holds what stands there now, by section."""

    def __init__(self, detail: str, meanwhile: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(detail)
        self.more["meanwhile"] = dict(meanwhile)


class Invalid(Refused):
    """A field is missing or wrong; `errors` maps a field's path to its sentences."""

    status, code, title = 422, "invalid", "Some fields need attention"

    def __init__(self, detail: str, errors: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(detail, errors={field: list(said) for field, said in (errors or {}).items()})


class PostRefused(Refused):
    """A post has findings that block it or that its writer has not confirmed yet; `findings` lists all of them."""

    status, code, title = 422, "post-findings", "This post needs another look"

    def __init__(self, detail: str, findings: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(detail, findings=list(findings))
