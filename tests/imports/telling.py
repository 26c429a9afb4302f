"""Made-up pages of other status page software, and what the portal holds after an import."""

import json
import pathlib
from typing import Any

from portal.imports.running import Report, run_import
from portal.verbs.context import Actor, Context

ADMIN = "ada@example.com"


def component(identity: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": identity, "name": name, "status": "operational", "position": 1, "description": None, "showcase": True,
        "group_id": None, "group": False, "created_at": "2020-01-01T00:00:00.000Z", **more,
    }  # fmt: skip


def update(identity: str, state: str, at: str, body: str = "We look into it.", **moves: str) -> dict[str, Any]:
    """`moves` maps a component's id to `old>new`."""
    affected = [
        {"code": code, "name": code.title(), "old_status": move.split(">")[0], "new_status": move.split(">")[1]}
        for code, move in moves.items()
    ]
    return {
        "id": identity, "status": state, "body": body, "created_at": at, "updated_at": at, "display_at": at,
        "affected_components": affected or None, "deliver_notifications": True,
    }  # fmt: skip


def incident(identity: str = "abcdefgh0001", *updates: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Updates oldest first, as they were written; the page lists them the other way round."""
    times = [one["display_at"] for one in updates]
    return {
        "id": identity, "name": "Search is slow", "status": updates[-1]["status"] if updates else "investigating",
        "created_at": times[0] if times else "2026-11-01T10:00:00.000Z", "started_at": times[0] if times else None,
        "updated_at": times[-1] if times else "2026-11-01T10:00:00.000Z", "resolved_at": None, "impact": "minor",
        "incident_updates": list(updates)[::-1], "components": [], **more,
    }  # fmt: skip


def solved(identity: str = "abcdefgh0001", **more: Any) -> dict[str, Any]:
    return incident(
        identity,
        update("uuuuuuuu0001", "investigating", "2026-11-01T10:00:00.000Z", c1="operational>degraded_performance"),
        update("uuuuuuuu0002", "identified", "2026-11-01T10:30:00.000Z", c1="degraded_performance>major_outage"),
        update("uuuuuuuu0003", "resolved", "2026-11-01T11:00:00.000Z", "Solved.", c1="major_outage>operational"),
        **{"resolved_at": "2026-11-01T11:00:00.000Z", **more},
    )


class Importing:
    """Files in a folder of their own, imported by an admin."""

    def __init__(self, context: Context, admin: Actor, folder: pathlib.Path) -> None:
        self.context, self.admin, self.folder = context, admin, folder
        folder.mkdir()

    def write(self, name: str, content: Any) -> pathlib.Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else _text(content).encode())
        return path

    def run(self, source: str, *paths: pathlib.Path) -> Report:
        return run_import(self.context, self.admin, source, paths or (self.folder,))

    def statuspage(self, *incidents: dict[str, Any], **page: Any) -> Report:
        self.write("page.json", {"page": {"id": "pppppppppppp"}, "incidents": list(incidents), **page})
        return self.run("statuspage")

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in self.context.database.connection().execute(sql, values)]

    def row(self, sql: str, *values: Any) -> dict[str, Any]:
        (found,) = self.rows(sql, *values)
        return found

    def posts(self) -> list[tuple[str, str, str]]:
        """(display time to the minute, state, body), in public order."""
        rows = self.rows("SELECT * FROM post ORDER BY display_at, id")
        return [(row["display_at"][5:16], row["state"], row["body"]) for row in rows]

    def impacts(self) -> list[tuple[str, str, str, str | None]]:
        rows = self.rows(
            "SELECT name, level, from_at, to_at FROM impact JOIN component ON component.id = component_id"
            " ORDER BY name, from_at"
        )
        return [(row["name"], row["level"], row["from_at"][5:16], (row["to_at"] or "")[5:16] or None) for row in rows]


def _text(content: Any) -> str:
    return content if isinstance(content, str) else json.dumps(content)
