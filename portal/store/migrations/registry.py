"""The list that the schema steps join, in the order in which their modules are imported."""

from sqlite_utils import Database, Migrations

migrations = Migrations("portal")


def script(db: Database, sql: str) -> None:
    """Run several statements inside the migration's own transaction (executescript would commit it)."""
    statement = ""
    for line in sql.splitlines():
        statement += line + "\n"
        if line.rstrip().endswith(";") and not _inside_trigger(statement):
            db.execute(statement)
            statement = ""


def _inside_trigger(statement: str) -> bool:
    return "CREATE TRIGGER" in statement and not statement.rstrip().endswith("END;")
