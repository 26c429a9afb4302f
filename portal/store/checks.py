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
    schema = list(schema_faults(db))
    yield from schema
    if not schema:
        yield from audit_faults(db)


def schema_faults(db: sqlite3.Connection) -> Iterator[str]:
    """Schema steps that this program has and the database lacks, or the other way round."""
    wrapped = sqlite_utils.Database(db)
    for missing in migrations.pending(wrapped):
        yield f"schema: step {missing.name} has not been applied"
    known = {migration.name for migration in migrations._migrations}
    for done in migrations.applied(wrapped):
        if done.name not in known:
            yield f"schema: step {done.name} comes from a later version"
