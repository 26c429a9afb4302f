"""Every command explains itself."""

import importlib
from collections.abc import Iterator

import click
import pytest

from portal import cli

GROUPS = (
    "incident",
    "component",
    "maintenance",
    "postmortem",
    "reminder",
    "window",
    "signal",
    "triage",
    "subscriber",
    "webhook",
    "mail",
)
ALONE = ("insight", "rota")
"""Commands that carry out a verb and have no group."""


def commands(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def all_commands() -> list[tuple[tuple[str, ...], click.Command]]:
    found = []
    for name in GROUPS:
        group = importlib.import_module(f"portal.cli.{name}").group
        found += commands(group, (name,))
    for name in ALONE:
        found.append(((name,), getattr(importlib.import_module(f"portal.cli.{name}"), name)))
    return found


every_command = pytest.mark.parametrize(
    ("path", "command"), all_commands(), ids=lambda one: " ".join(one) if isinstance(one, tuple) else ""
)


@every_command
def test_every_command_has_help_that_fits_a_terminal(portal, path, command):
    output = portal(*path, "--help").output
    assert command.help
    assert command.help.splitlines()[0].endswith(".")
    assert max(len(line) for line in output.splitlines()) <= 100


@every_command
def test_every_command_prints_json_on_demand(path, command):
    if path[-1] in ("import", "export", "bounce"):
        return  # a file's lines are not an answer of the API
    assert any("--json" in option.opts for option in command.params), " ".join(path)


def test_the_first_page_of_help_names_every_group(portal):
    output = portal("--help").output
    for name in cli.COMMANDS:
        assert f"  {name} " in output
