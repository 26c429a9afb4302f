"""What `portal check` asks of the database itself; each answer is one sentence per fault, none when all is well."""

import sqlite3
from collections.abc import Iterator

import sqlite_utils

from portal.store.ledger import audit_faults
from portal.store.migrations import migrations


def database_faults(db: sqlite3.Connection) -> Iterator[str]:
    """Damage, rows that point nowhere, schema steps that are missing or unknown, breaks in the audit chain."""
    for (said,) in db.execute("PRAGMA integrity_check"):
        if said != "ok":
            yield f"database: {said}"
    for row in db.execute("PRAGMA foreign_key_check"):
        yield f"database: row {row[1]} of {row[0]} points at a row of {row[2]} that is not there"
    steps = list(step_faults(db))
    yield from steps
    if not steps:
        yield from schema_faults(db)
        yield from audit_faults(db)


def schema_faults(db: sqlite3.Connection) -> Iterator[str]:
    """Tables, views, triggers and indexes that are not as the schema steps make them. Tables and indexes that somebody
    added do no harm; a view or trigger could."""
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrations.apply(sqlite_utils.Database(fresh))
        wanted, present = _parts(fresh), _parts(db)
    finally:
        fresh.close()
    for name, (kind, sql) in wanted.items():
        if name not in present:
            yield f"schema: the {kind} {name} is missing"
        elif present[name] != (kind, sql):
            yield f"schema: the {kind} {name} was changed"
    for name, (kind, _) in present.items():
        if name not in wanted and kind in ("trigger", "view"):
            yield f"schema: the {kind} {name} is not the portal's"


def _parts(db: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    rows = db.execute("SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").fetchall()
    return {name: (kind, sql) for name, kind, sql in rows if not name.startswith(("sqlite_", "_sqlite_"))}


def step_faults(db: sqlite3.Connection) -> Iterator[str]:
    """Schema steps that this program has and the database lacks, or the other way round."""
    wrapped = sqlite_utils.Database(db)
    for missing in migrations.pending(wrapped):
        yield f"schema: step {missing.name} has not been applied"
    known = {migration.name for migration in migrations._migrations}
    for done in migrations.applied(wrapped):
        if done.name not in known:
            yield f"schema: step {done.name} comes from a later version"
