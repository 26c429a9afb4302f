"""The API's answers in words, for a terminal."""

from collections.abc import Callable, Iterable
from typing import Any

import click

Answer = dict[str, Any]


def moment(text: str | None) -> str:
    """`2026-11-23 14:05 UTC`, or a dash."""
    return f"{text[:10]} {text[11:16]} UTC" if text else "-"


def said(sentence: str) -> Callable[[Answer], None]:
    """A sentence with names of the answer's fields in braces."""
    return lambda answer: click.echo(sentence.format(**answer))


def table(heads: Iterable[str], rows: Iterable[Iterable[Any]], empty: str) -> None:
    """Columns as wide as they need to be, a line per row; `empty` when there is no row."""
    lines = [[" ".join(str(cell).split()) if cell not in (None, "") else "-" for cell in row] for row in rows]
    if not lines:
        click.echo(empty)
        return
    lines.insert(0, list(heads))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def more(answer: Answer) -> None:
    """How to see the next page, when there is one."""
    if answer.get("next_cursor"):
        click.echo(f"There are more: --cursor {answer['next_cursor']}")


def incident(answer: Answer) -> None:
    """One incident: what it is, who does what, what it affects, what was posted."""
    click.echo(f"{answer['ref']}  {answer['title']}")
    planned = answer["kind"] == "maintenance"
    facts = [answer["severity"], answer["state"], f"customer impact: {answer['customer_impact']}"]
    click.echo(f"  {', '.join([answer['kind'], *([answer['post_state'] or answer['state']] if planned else facts)])}")
    if answer.get("outcome"):
        click.echo(f"  outcome: {answer['outcome']}")
    if answer.get("security"):
        click.echo("  private: nothing of it is public")
    if planned:
        click.echo(f"  from {moment(answer['scheduled_for'])} to {moment(answer['scheduled_until'])}")
    else:
        click.echo(f"  started {moment(answer['started_at'])}")
    if answer.get("resolved_at"):
        click.echo(f"  {'completed' if planned else 'resolved'} {moment(answer['resolved_at'])}")
    for role, place in answer.get("roles", {}).items():
        if place["person"]:
            click.echo(f"  {role}: {place['person']}{' (acting)' if place['acting'] else ''}")
        if place["offer"]:
            click.echo(f"  {role}: offered to {place['offer']['person']}, not accepted yet")
    for slug, level in answer.get("components", {}).items():
        click.echo(f"  {slug}: {level}")
    click.echo(f"  public: {answer['public_url'] or 'not yet, an incident is public from its first post on'}")
    for one in answer.get("posts", []):
        post(one)


def post(answer: Answer) -> None:
    """One post, under its number, state and time."""
    corrects = f", corrects #{answer['corrects']}" if answer.get("corrects") else ""
    click.echo(f"  #{answer['seq']} {answer['state']}, {moment(answer['display_at'])}{corrects}")
    if answer.get("customer_action"):
        click.echo(f"      for customers: {' '.join(answer['customer_action'].split())}")
    for line in answer["body"].splitlines():
        click.echo(f"      {line}")


def posted(answer: Answer) -> None:
    """What became of a new post, with the findings that did not stop it."""
    click.echo(f"Post #{answer['seq']} of {answer['ref']} ({answer['state']}) is recorded.")
    for finding in answer.get("findings", []):
        click.echo(f"  {finding['rule']}: {finding['message']}")
    if answer.get("next_update_due"):
        click.echo(f"Next update by {moment(answer['next_update_due'])}.")
    if answer.get("public_url"):
        click.echo(answer["public_url"])


def incidents(answer: Answer) -> None:
    """A list of incidents, one a line."""
    rows = (
        [one["ref"], one["state"], one["severity"], moment(one["started_at"]), one["title"]] for one in answer["items"]
    )
    table(["REF", "STATE", "SEVERITY", "STARTED", "TITLE"], rows, "No incident.")
    more(answer)


def listed(heads: list[str], fields: list[str], empty: str) -> Callable[[Answer], None]:
    """A list of anything: these fields of each item, under these heads."""

    def tell(answer: Answer) -> None:
        rows = (
            [moment(one[field]) if field.endswith("_at") else one[field] for field in fields] for one in answer["items"]
        )
        table(heads, rows, empty)
        more(answer)

    return tell
