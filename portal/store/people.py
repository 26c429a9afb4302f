"""People, API tokens and one-time sign-in links. Secrets are stored as SHA-256 only."""

import sqlite3


def full_names(db: sqlite3.Connection) -> list[str]:
    """Names of people with an account that are more than an address."""
    rows = db.execute("SELECT name FROM person WHERE disabled_at IS NULL AND name LIKE '% %' ORDER BY name")
    return [row[0] for row in rows]
