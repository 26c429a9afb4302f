"""Windows of days as text, to compare with stored moments."""

from datetime import date, timedelta


def day_before(moment: str, days: int) -> str:
    """The date (`2026-08-25`) that lies some days before a stored moment."""
    return (date.fromisoformat(moment[:10]) - timedelta(days=days)).isoformat()
