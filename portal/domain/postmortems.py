"""Postmortems: their states and sections, when they are due, and how one is drafted from what is recorded."""

from datetime import datetime, timedelta

from portal.domain.names import Severity


def due_at(severity: Severity, resolved_at: datetime, *, critical_days: int, major_working_days: int) -> datetime:
    """Critical: so many days later; else so many working days, Monday to Friday, later."""
    if severity is Severity.CRITICAL:
        return resolved_at + timedelta(days=critical_days)
    due = resolved_at
    left = major_working_days
    while left > 0:
        due += timedelta(days=1)
        left -= due.weekday() < 5
    return due
