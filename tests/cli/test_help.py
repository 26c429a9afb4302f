"""Every command explains itself, and every verb of the API has one."""

import importlib
import pathlib
import re
from collections.abc import Iterator

import click
import pytest

from portal import cli
from portal.verbs.commands import Command
from portal.web.api.routes import ROUTES

GROUPS = ("incident", "component", "maintenance", "postmortem")


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
    assert any("--json" in option.opts for option in command.params), " ".join(path)


def test_every_verb_of_the_api_has_a_command():
    sources = ""
    for name in ("incident", "incident_record", "incident_after", "component", "maintenance", "postmortem"):
        module = importlib.import_module(f"portal.cli.{name}")
        sources += pathlib.Path(str(module.__file__)).read_text("utf-8")
    used = set(re.findall(r"(?:write|read)\(\s*\w+\.(\w+)", sources))
    verbs = {route.verb.__name__ for route in ROUTES}
    assert verbs - used - {"get_component", "list_posts"} == set()


def test_every_field_of_a_command_can_be_given():
    """`portal incident declare` and the others leave no field of the API's bodies out."""
    left_out = {
        "Declare": {"reporter", "post"},  # the post has options of its own; reports come from programs
        "Post": set(),
    }
    from portal.verbs import commands as models

    pairs = {
        ("incident", "declare"): models.Declare,
        ("incident", "change"): models.ChangeIncident,
        ("incident", "post"): models.Post,
        ("incident", "close"): models.Close,
        ("component", "add"): models.AddComponent,
        ("maintenance", "plan"): models.PlanMaintenance,
        ("postmortem", "write"): models.WritePostmortem,
    }
    same = {"group_name": "group", "no_notify": "notify"}
    by_path = dict(all_commands())
    for path, model in pairs.items():
        assert issubclass(model, Command)
        given = {same.get(str(one.name), str(one.name)) for one in by_path[path].params}
        assert set(model.model_fields) - given - left_out.get(model.__name__, set()) == set(), path


def test_the_first_page_of_help_names_every_group(portal):
    output = portal("--help").output
    for name in cli.COMMANDS:
        assert f"  {name} " in output
