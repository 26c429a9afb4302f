"""What the post rules are asked about, and what they answer."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from portal.domain.names import ComponentStatus, FindingLevel, PostState, Severity

Field = Literal["body", "public_title", "customer_action"]


@dataclass(frozen=True, slots=True)
class Draft:
    """One post as it would be published. `components` maps names to their status after it; `now` is aware."""

    body: str
    state: PostState
    public_title: str | None = None
    customer_action: str | None = None
    is_first: bool = False
    previous_body: str | None = None
    previous_state: PostState | None = None
    components: Mapping[str, ComponentStatus] = field(default_factory=dict)
    severity: Severity | None = None
    next_update_minutes: int | None = None
    private: bool = False
    drill: bool = False
    happened_at: datetime | None = None
    now: datetime | None = None

    @property
    def moment(self) -> datetime | None:
        """The day that "today" and daylight saving time are taken from: when it happened, else now."""
        return self.happened_at or self.now


@dataclass(frozen=True, slots=True)
class Setting:
    """What the rules know about the company. `given_names` None means the first words of `people`."""

    support_email: str = ""
    people: tuple[str, ...] = ()
    given_names: tuple[str, ...] | None = None
    internal_domains: tuple[str, ...] = ()
    component_names: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark. `start` and `end` count code points in `field`; `suggestion` replaces that span ("" removes it)."""

    rule: str
    level: FindingLevel
    message: str
    start: int
    end: int
    suggestion: str | None = None
    field: Field = "body"

    @property
    def id(self) -> str:
        """The same for the same remark about the same words, wherever they stand; another for any other remark."""
        return hashlib.sha256(f"{self.rule}|{self.field}|{self.message}".encode()).hexdigest()[:12]

    def to_json(self) -> dict[str, str | int | None]:
        """The finding as the API answers it."""
        return {
            "id": self.id,
            "rule": self.rule,
            "level": self.level.value,
            "message": self.message,
            "start": self.start,
            "end": self.end,
            "suggestion": self.suggestion,
            "field": self.field,
        }


def apply_suggestion(text: str, finding: Finding) -> str:
    """The field's text with the suggestion in place of the span; unchanged when the finding has none."""
    if finding.suggestion is None:
        return text
    before, after = text[: finding.start], text[finding.end :]
    if not finding.suggestion and (not before or before[-1].isspace()):
        after = after.lstrip(" ")
        if not before:
            after = after[:1].upper() + after[1:]
    return before + finding.suggestion + after
