"""`portal audit` and `portal settings`: what admins also see at the desk."""

import json
from typing import Any

import click

from portal.cli import telling
from portal.cli.opening import open_portal, operator


@click.command()
@click.option("--actor", help="Whose acts: a person's address or a token's name.")
@click.option("--action", help="Such as post.redact; `post` shows all that are about posts.")
@click.option("--subject", help="Such as INC-42.")
@click.option("--since", help="From this moment on, such as 2026-11-23T14:00:00Z.")
@click.option("--until", help="Up to this moment.")
@click.option("--limit", type=int, default=25, show_default=True, help="How many at most.")
@click.option("--cursor", help="Go on where the page before ended.")
def audit(limit: int, cursor: str | None, **filters: str | None) -> None:
    """The audit log, newest first: who did what, to what, when."""
    from portal.verbs.audits import list_audit
    from portal.verbs.commands_people import AuditFilters
    from portal.web.reading import read_model

    said = {name: value for name, value in filters.items() if value}
    asked = read_model(AuditFilters, said).model_dump(exclude_none=True)
    found = list_audit(open_portal().context, operator(), asked, limit, cursor)
    telling.table(
        ("WHEN", "WHO", "DID WHAT", "TO WHAT", "DETAILS"),
        [
            (telling.moment(one["at"]), one["actor"], one["action"], one["subject"], _details(one["details"]))
            for one in found["items"]
        ],
        "Nothing was recorded that fits.",
    )
    if found["next_cursor"]:
        click.echo(f"Older ones: --cursor {found['next_cursor']}", err=True)


def _details(details: dict[str, Any]) -> str:
    return ", ".join(
        f"{name} {value if isinstance(value, str) else json.dumps(value)}" for name, value in details.items()
    )


@click.command()
def settings() -> None:
    """Every setting as it is in effect, and where it comes from; of secrets only whether they are set."""
    from portal.verbs.settings import list_settings

    telling.table(
        ("SETTING", "VALUE", "FROM"),
        [
            (one["name"], one["value"] or "", one["origin"] or "")
            for one in list_settings(open_portal().context, operator())["items"]
        ],
        "",
    )
