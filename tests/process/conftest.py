"""A house whose people act through one of two doors: every promise of the process is tried through both."""

import pytest

from tests.process.doors import Api, Form
from tests.web.desk.writing import desk, house

__all__ = ["desk", "house"]


@pytest.fixture(params=["form", "api"])
def somebody(request, house):
    """`somebody("messenger")` has these permissions, and acts through the form or the API."""
    count = iter(range(100))

    def make(*permissions):
        number = next(count)
        if request.param == "form":
            return Form(house, f"person{number}@example.com", *permissions)
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
