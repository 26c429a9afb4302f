"""How a command carries out a verb: the same command value and sentences as the API, then the answer in print."""

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

import click
from pydantic import BaseModel, ValidationError

from portal.cli.findings import finding_lines
from portal.cli.opening import open_portal, operator, recording
from portal.cli.publishing import publish_or_leave
from portal.domain.errors import BadRequest, PostRefused, Refused
from portal.verbs.commands import Command
from portal.web import problems
from portal.web.reading import invalid, read_json, read_model

Model = TypeVar("Model", bound=Command)
Tell = Callable[[dict[str, Any]], None]


def as_json(command: Callable[..., None]) -> Callable[..., None]:
    """The option --json: the API's answer instead of words, also for a refusal."""

    @functools.wraps(command)
    def carry_out(*given: Any, as_json: bool, **named: Any) -> None:
        try:
            command(*given, as_json=as_json, **named)
        except Refused as refused:
            if not as_json:
                raise
            click.echo(json.dumps(problems.body(refused), ensure_ascii=False, indent=2))
            raise SystemExit(2) from None

    return click.option("--json", "as_json", is_flag=True, help="Print the API's answer instead of words.")(carry_out)


def command_of(model: type[Model], **values: Any) -> Model:
    """The command of what was given on the command line; options that were left out stay out."""
    given = {name: value for name, value in values.items() if value not in (None, (), {})}
    return read_model(model, read_json(json.dumps(given).encode()))


def write(
    verb: Callable[..., Any], *asked: Any, tell: Tell, as_json: bool, texts: Mapping[str, str] | None = None
) -> None:
    """Carry out a verb, publish what it changed, and say what came of it; a refusal ends with exit code 2.

    `texts` are those that findings point into, by field.
    """
    portal = open_portal()
    try:
        with recording():
            done = verb(portal.context, operator(), *asked)
    except PostRefused as refused:
        if as_json:
            raise
        _point_out(refused, texts or {})
    published = False
    try:
        published = done.change is not None and publish_or_leave(portal, done.change)
    finally:  # whatever became of the files, it is recorded
        answer = {**done.answer, "change": done.change, "published": published}
        if as_json:
            click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        else:
            tell(answer)
    if done.change is not None and not published and not as_json:
        click.echo("Recorded; the running portal has not shown it on the public page yet.")


def read(verb: Callable[..., Any], *asked: Any, tell: Tell, as_json: bool, **more: Any) -> None:
    """Ask a reading verb and print its answer."""
    answer = verb(open_portal().context, operator(), *asked, **more)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        tell(answer)


def query_of(model: type[BaseModel], **values: Any) -> dict[str, Any]:
    """Filters of a list, checked as the API checks them."""
    try:
        return dict(model.model_validate({name: str(value) for name, value in values.items() if value is not None}))
    except ValidationError as error:
        errors = invalid(model, error).more["errors"]
        name, said = next(iter(errors.items()))
        raise BadRequest(f"--{name}: {said[0]}") from error


def _point_out(refused: PostRefused, texts: Mapping[str, str]) -> NoReturn:
    findings = refused.more["findings"]
    click.echo(f"{refused.title}.", err=True)
    for line in finding_lines(findings, texts):
        click.echo(line, err=True)
    if all(finding["level"] != "block" for finding in findings):
        click.echo("Change the text, or publish it as it is with --confirm.", err=True)
    raise SystemExit(2)
