"""`portal postmortem`: written section by section, reviewed, published."""

import pathlib
import re
import sys
from typing import Any

import click

from portal.cli import telling
from portal.cli.acting import as_json, command_of, query_of, read, write
from portal.cli.options import paging, pairs, text, words
from portal.cli.postmortem_requests import join
from portal.domain.errors import BadRequest
from portal.domain.names import PostmortemState
from portal.site.articles import SECTION_HEADINGS
from portal.verbs import commands, postmortem_answers, postmortem_preview, postmortems
from portal.web.api.queries import Page
from portal.web.api.queries_learning import Against, PostmortemFilters

_HEADING = re.compile(r"(?P<marks>##?)[ \t]+(?P<name>.*?\S)[ \t]*#*[ \t]*$")
_STATE = "State: "
_FENCE = re.compile(r" {0,3}(```+|~~~+)")


@click.group()
def group() -> None:
    """Write a postmortem, have it reviewed, publish it.

    \b
    For example, with a file that has a `# Title` and a `## Heading` per section:
      portal postmortem write INC-1 postmortem.md --public
      portal postmortem move INC-1 in_review
      portal postmortem move INC-1 reviewed
      portal postmortem move INC-1 published
    """


@group.command()
@click.argument("ref")
@as_json
def show(ref: str, as_json: bool) -> None:
    """The postmortem of REF as Markdown, with its internal notes."""
    read(postmortems.get_postmortem, ref, tell=_tell, as_json=as_json)


@group.command(name="list")
@click.option("--state", type=words(PostmortemState))
@click.option("--owner", metavar="PERSON")
@click.option("--overdue", is_flag=True, help="Only those that should have been published before now.")
@paging
@as_json
def list_(as_json: bool, overdue: bool, **given: Any) -> None:
    """The postmortems of all incidents, what is due first on top."""
    query = query_of(PostmortemFilters, overdue="true" if overdue else None, **given)
    page = {name: query.pop(name) for name in ("limit", "cursor")}
    filters = {name: value for name, value in query.items() if value is not None}
    tell = telling.listed(
        ["REF", "STATE", "DUE", "OWNER", "TITLE"], ["ref", "state", "due_at", "owner", "title"], "No postmortem."
    )
    read(postmortem_answers.list_postmortems, filters, tell=tell, as_json=as_json, **page)


@group.command(name="write")
@click.argument("ref")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=pathlib.Path)
)
@click.option(
    "--section", "sections", multiple=True, callback=pairs, metavar="NAME=TEXT", help="One section; can be said again."
)
@click.option("--title")
@click.option("--public/--internal", default=None, help="Whether the public will see it once it is published.")
@click.option("--tag", "tags", multiple=True, metavar="SLUG")
@click.option("--owner", metavar="PERSON")
@click.option("--due-at", metavar="MOMENT")
@click.option("--waived-reason", callback=text, help="Why this incident gets no postmortem.")
@click.option("--retrospective", type=words(["yes", "no"]), help="Whether people meet to talk about it.")
@click.option("--retrospective-at", metavar="MOMENT", help="When they meet.")
@click.option(
    "--based-on",
    "based_on",
    multiple=True,
    callback=pairs,
    metavar="NAME=VERSION",
    help="Save a section only if nobody has changed it since this version (of --json's `versions`).",
)
@click.option("--note", help="After publishing: the line of the public changelog.")
@as_json
def write_(
    ref: str, file: pathlib.Path | None, sections: dict[str, str], title: str | None, as_json: bool, **given: Any
) -> None:
    """Write sections of the postmortem of REF, from a Markdown FILE or from --section; others stay as they are."""
    if file is not None:
        source = sys.stdin.read() if str(file) == "-" else _read(file)
        found_title, found = sections_of(source)
        sections, title = {**found, **sections}, title or found_title
    command = command_of(commands.WritePostmortem, title=title, sections=sections, **given)
    write(postmortems.write_postmortem, ref, command, tell=telling.said("The postmortem is {state}."), as_json=as_json)


@group.command()
@click.argument("ref")
@click.argument("to", type=words(PostmortemState))
@click.option("--reviewer", metavar="PERSON", help="Who is asked to review it, or who did.")
@click.option("--reason", callback=text, help="Why its author reviews it, when nobody else can.")
@as_json
def move(ref: str, as_json: bool, **given: Any) -> None:
    """Move the postmortem of REF to another state, or say what is missing."""
    command = command_of(commands.MovePostmortem, **given)
    write(postmortems.move_postmortem, ref, command, tell=telling.said("The postmortem is {state}."), as_json=as_json)


@group.command()
@click.argument("ref")
@click.option("--internal", is_flag=True, help="As people inside read it, with names and internal notes.")
@as_json
def preview(ref: str, internal: bool, as_json: bool) -> None:
    """The postmortem of REF as HTML, as the public will read it."""
    shown = "internal" if internal else "public"
    read(postmortem_preview.preview_postmortem, ref, tell=lambda answer: click.echo(answer[shown]), as_json=as_json)


@group.command()
@click.argument("ref")
@paging
@as_json
def revisions(ref: str, as_json: bool, **page: Any) -> None:
    """The versions of the postmortem of REF, newest first."""

    def tell(answer: dict[str, Any]) -> None:
        rows = (
            [one["id"], telling.moment(one["at"]), one["by"], one["state"], ", ".join(one["changed"])]
            for one in answer["items"]
        )
        telling.table(["NO", "SAVED", "BY", "STATE", "CHANGED"], rows, "No version.")
        telling.more(answer)

    read(postmortem_answers.list_revisions, ref, tell=tell, as_json=as_json, **query_of(Page, **page))


@group.command()
@click.argument("ref")
@click.argument("number", type=click.IntRange(1))
@click.option("--against", type=click.IntRange(0), help="Another version; the one before unless given.")
@as_json
def compare(ref: str, number: int, against: int | None, as_json: bool) -> None:
    """What version NUMBER of the postmortem of REF changed: [-removed-] and {+added+}."""

    def tell(answer: dict[str, Any]) -> None:
        marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
        for name, pieces in answer["sections"].items():
            said = "".join(marks[one["change"]].format(one["text"]) for one in pieces)
            click.echo(f"## {name.replace('_', ' ').capitalize()}\n\n{said}\n")
        if not answer["sections"]:
            click.echo("Both say the same.")

    query = query_of(Against, against=against)
    read(postmortem_answers.compare_revisions, ref, number, tell=tell, as_json=as_json, **query)


def sections_of(source: str) -> tuple[str | None, dict[str, str]]:
    """Title and sections of a Markdown text: `# Title`, then `## Went well` or `## What went well` for went_well."""
    title, fence = None, ""
    lines = before = list[str]()
    sections: dict[str, list[str]] = {}
    for line in source.splitlines():
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        heading = None if fence else _HEADING.match(line)
        if heading is None:
            lines.append(line)
        elif heading["marks"] == "##":
            name = _as_name(heading["name"])
            name = _PUBLIC_NAMES.get(name, name)
            if name in sections:
                raise BadRequest(f"There are two sections called {heading['name']!r}.")
            lines = sections.setdefault(name, [])
        elif title is None and not sections:
            title = heading["name"]
        else:
            lines.append(line)
    if lost := next((line for line in before if line.strip() and not line.startswith(_STATE)), None):
        raise BadRequest(
            f"“{lost.strip()[:60]}” stands before the first `## Heading`, so in no section: move it into one."
        )
    return title, {name: "\n".join(said).strip() for name, said in sections.items()}


def _as_name(heading: str) -> str:
    return re.sub(r"[^a-z]+", "_", heading.lower()).strip("_")


_PUBLIC_NAMES = {_as_name(words): name for name, words in SECTION_HEADINGS.items()}


def _read(file: pathlib.Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"{file} is not UTF-8.") from error


def _tell(answer: dict[str, Any]) -> None:
    click.echo(f"# {answer['title']}\n")
    click.echo(f"{_STATE}{answer['state']}, owner: {answer['owner'] or '-'}, due {telling.moment(answer['due_at'])}\n")
    for name, said in answer["sections"].items():
        if said:
            click.echo(f"## {name.replace('_', ' ').capitalize()}\n\n{said}\n")


join(group)
