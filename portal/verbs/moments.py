"""Checks on moments that people give: nothing has happened in the future yet."""

from datetime import datetime, timedelta

from portal.domain.errors import Invalid
from portal.domain.times import to_text
from portal.verbs.context import Write

CLOCK_SKEW = timedelta(minutes=5)
"""Clocks differ; a moment this little ahead is taken for now."""


def past(write: Write, moment: datetime, field: str) -> str:
    """The stored text of a moment that is not in the future. Raises Invalid for the field."""
    if moment > write.moment + CLOCK_SKEW:
        raise Invalid(
            "That has not happened yet.", {field: [f"{to_text(moment)} lies in the future; now it is {write.now}."]}
        )
    return to_text(min(moment, write.moment))
