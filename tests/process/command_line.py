"""One person at the command line: the same acts as at the other doors, as the words that they would type."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import click
import pytest
from click.testing import CliRunner

from portal import cli
from portal.cli import acting
from portal.domain.names import Permission
from portal.verbs.context import Actor
from portal.wiring import Portal
from tests.cli.test_parity import ALSO_CALLED, BY_PATH, COMMANDS
from tests.process.doors import Door, Outcome
from tests.web.desk.writing import House

REFUSED = 2
"""The exit code of what was refused; of what could not even be read, too."""


class NotTaken(Exception):
    """Fields that this command does not take."""

    def __init__(self, command: str, *fields: str) -> None:
        super().__init__(f"`portal {command}` does not take {', '.join(fields)}")


@dataclass
class Terminal:
    """Runs commands in a house, each as whoever types it."""

    house: House
    monkeypatch: pytest.MonkeyPatch

    def run(self, actor: Actor, words: list[str]) -> Outcome:
        with self.monkeypatch.context() as patched:
            context = self.house.context
            portal = Portal(context.settings, context.database, context)
            patched.setattr(acting, "open_portal", lambda: portal)
            patched.setattr(acting, "operator", lambda: actor)
            patched.setattr(acting, "publish_or_leave", lambda *_: True)
            done = CliRunner().invoke(cli.main, [*words, "--json"])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code in (0, REFUSED), done.output
        return Outcome(200 if done.exit_code == 0 else _status(done.output), done.output)


class Cli(Door):
    """What `permissions` allow is a figure of speech here: the portal's own commands may do everything."""

    def __init__(self, terminal: Terminal, name: str, *permissions: str) -> None:
        super().__init__(terminal.house, f"{name} (command line)")
        self.terminal = terminal
        self.actor = Actor(self.me, frozenset(Permission(one) for one in permissions))

    def post(self, state: str, body: str, *, ref: str | None = None, again: bool = False, **given: Any) -> Outcome:
        sent = {"state": state, "body": body, **({"confirm": True} if again else {}), **given}
        return self._send("POST", f"/incidents/{ref or self.ref}/posts", "", sent)

    def read(self, ref: str | None = None) -> str:
        return self.terminal.run(self.actor, ["incident", "show", ref or self.ref]).text

    def _send(self, method: str, api_path: str, form_path: str, given: Mapping[str, Any]) -> Outcome:
        path, places = _command(method, api_path)
        if "/availability" in api_path:
            places = {"speaks_for": places["ref"]}
        elif path == "signal send":
            given = {"title": str(given.get("text", "")), "kind": "report", **given}
        return self.terminal.run(self.actor, [*path.split(), *typed(path, {**places, **given})])


def _command(method: str, api_path: str) -> tuple[str, dict[str, str]]:
    """The command that does what a route does, and what stands in the address."""
    asked = api_path.strip("/").split("/")
    for operation, path in COMMANDS.items():
        verb, _, pattern = operation.partition(" ")
        parts = pattern.strip("/").split("/")
        if verb == method and len(parts) == len(asked):
            pairs = list(zip(parts, asked, strict=True))
            if all(part == said or part.startswith("{") for part, said in pairs):
                return path, {part.strip("{}"): said for part, said in pairs if part.startswith("{")}
    raise LookupError(f"{method} {api_path}")


def typed(path: str, given: Mapping[str, Any]) -> Iterator[str]:
    """The words of a command. Raises NotTaken for a field that has no option."""
    left = {"as_" if name == "as" else name: value for name, value in given.items()}
    last: list[str] = []
    for param in BY_PATH[path].params:
        names = [param.name or "", *(field for field, other in ALSO_CALLED.items() if other == param.name)]
        names += ["id"] if names[0].endswith("_id") else []
        name = next((one for one in names if one in left), None)
        if name is None:
            continue
        value = left.pop(name)
        if isinstance(param, click.Argument):
            last.append(str(value))
        elif isinstance(param, click.Option):
            yield from _option(param, value)
    if left:
        raise NotTaken(path, *left)
    if last:
        yield from ("--", *last) if any(one.startswith("-") for one in last) else last


def _option(option: click.Option, value: Any) -> Iterator[str]:
    if option.is_flag:
        chosen = option.opts if value else option.secondary_opts
        yield from chosen[:1]
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from (option.opts[0], f"{name}={one}")
    else:
        for one in value if isinstance(value, list) else [value]:
            yield from (option.opts[0], str(one))


def _status(output: str) -> int:
    """As the API says it; what could not be read has no answer in JSON."""
    begin = output.find("{")
    try:
        return int(json.loads(output[begin:])["status"]) if begin >= 0 else 422
    except ValueError:
        return 422
