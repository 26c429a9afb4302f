"""`portal insight`: the numbers over many incidents."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import click

from portal.cli import telling
from portal.cli.acting import as_json, query_of, read
from portal.cli.opening import open_portal, operator
from portal.cli.options import words
from portal.domain.charts import brief
from portal.domain.insight import By
from portal.verbs.insight import export_insight, get_insight
from portal.web.api.queries_learning import Period


@click.command()
@click.option("--since", metavar="DAY", help="The first day on which incidents began, such as 2026-01-01; a year ago.")
@click.option("--until", metavar="DAY", help="The last one; today.")
@click.option("--by", type=words(By), help="What the numbers are grouped by (month).")
@click.option("--csv", "as_csv", is_flag=True, help="A row per incident instead, durations in seconds.")
@as_json
def insight(as_csv: bool, as_json: bool, **given: Any) -> None:
    """How fast, how often in time, what false alarms taught: median and range of every duration."""
    query = query_of(Period, **given)
    if as_csv:
        click.echo(_export(query["since"], query["until"]), nl=False)
    else:
        read(get_insight, tell=_tell, as_json=as_json, **query)


def _export(since: date | None, until: date | None) -> str:
    return export_insight(open_portal().context, operator(), since, until)


def _tell(answer: dict[str, Any]) -> None:
    click.echo(f"{answer['incidents']} incidents from {answer['since']} to {answer['until']}\n")
    for one in answer["measures"]:
        telling.table([one["words"], "NUMBER", "MEDIAN", "FROM", "TO"], _rows(one), f"{one['words']}: not known")
        click.echo()
    on_time, false = answer["on_time"], answer["false_positives"]
    click.echo(f"Promised updates in time: {on_time['kept']} of {on_time['made']}")
    click.echo(f"False positives: {false['count']}, with a lesson: {false['with_lesson']}")
    click.echo(f"Follow-ups: {answer['followups']['open']} open, {answer['followups']['overdue']} overdue")


def _rows(measure: dict[str, Any]) -> Iterator[list[Any]]:
    for row in measure["groups"]:
        yield [row["words"], row["count"], *(brief(row[name]) for name in ("median_s", "low_s", "high_s"))]
