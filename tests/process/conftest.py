"""A house whose people act through one of three doors: every promise of the process is tried through each."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from portal.web import application
from portal.web.limits import Limits
from tests.process.command_line import Cli, Terminal
from tests.process.doors import Api, Form
from tests.web.api.conftest import ReadyPublisher
from tests.web.desk.writing import House, desk

__all__ = ["desk"]
DOORS = ("form", "api", "command")


@pytest.fixture(scope="session")
def rooms():
    """The application, made once: to compile its routes takes longer than a test."""
    app = application.create(SimpleNamespace(), public=False, desk=True)
    app.testing = True
    return app


@pytest.fixture
def house(rooms, context, desk):
    """The application with a portal of one's own in it, where nobody has tried anything yet."""
    publisher = ReadyPublisher()
    rooms.extensions["portal"] = SimpleNamespace(
        settings=context.settings, database=context.database, context=context, publisher=publisher
    )
    rooms.extensions["limits"] = Limits()
    return House(rooms, context, replace(desk, context=context), publisher)


@pytest.fixture(params=DOORS)
def somebody(request, house, monkeypatch):
    """`somebody("messenger")` has these permissions, and acts through the form, the API or the command line."""
    count = iter(range(100))

    def make(*permissions):
        number = next(count)
        if request.param == "form":
            return Form(house, f"person{number}@example.com", *permissions)
        if request.param == "command":
            return Cli(Terminal(house, monkeypatch), f"person{number}", *permissions)
        return Api(house, f"program {number}", *permissions)

    return make


@pytest.fixture
def rob(somebody):
    """May declare, and publish where he leads or speaks."""
    return somebody("responder")


@pytest.fixture
def mia(somebody):
    """May publish everywhere."""
    return somebody("messenger")


@pytest.fixture
def sam(somebody):
    """May open private incidents, and publish."""
    return somebody("security", "messenger")
