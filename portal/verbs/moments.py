"""Checks on moments that people give: nothing has happened in the future yet."""

from datetime import datetime, timedelta

from portal.domain.errors import Invalid
from portal.domain.times import to_text
from portal.domain.wording import minute
from portal.verbs.context import Write

CLOCK_SKEW = timedelta(minutes=5)
"""Clocks differ; a moment this little ahead is taken for now."""


def past(write: Write, moment: datetime, field: str) -> str:
    """The stored text of a moment that is not in the future. Raises Invalid for the field."""
    if moment > write.moment + CLOCK_SKEW:
        said = f"{minute(to_text(moment))} lies in the future; now it is {minute(write.now)}."
        raise Invalid("That has not happened yet.", {field: [said]})
    return to_text(min(moment, write.moment))
