"""The table of the process names tests that exist, and every test of this folder stands in it."""

import ast
import pathlib

import pytest

from tests.process.command_line import NotTaken, typed
from tests.process.conftest import DOORS
from tests.process.rows import BLOCKING, ROWS, WITHOUT

HERE = pathlib.Path(__file__).parent


def found_in(name: str) -> set[str]:
    tree = ast.parse((HERE / name).read_text("utf-8"))
    return {one.name for one in tree.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")}


def named() -> set[str]:
    return {
        one if "::" in one else f"{section}::{one}"
        for section, rows in ROWS.items()
        for tests in rows.values()
        for one in tests
    }


def test_every_row_has_a_test_that_exists():
    there = {f"{path.name}::{name}" for path in HERE.glob("test_*.py") for name in found_in(path.name)}
    assert named() - there == set()
    assert [row for rows in ROWS.values() for row, tests in rows.items() if not tests] == []


def test_every_test_of_the_process_stands_in_the_table():
    there = {f"{name}::{one}" for name in ROWS for one in found_in(name)}
    assert there - named() == set()


def test_what_blocks_is_tried_through_every_door(tell):
    persons = {"somebody", "rob", "mia", "sam"}
    for row, tests in BLOCKING.items():
        for name, _, test in (one.partition("::") for one in tests):
            tree = ast.parse((HERE / name).read_text("utf-8"))
            (found,) = [one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == test]
            assert persons & {one.arg for one in found.args.args}, f"{row}: {test} has no person at a door"
    assert DOORS == ("form", "api", "command")
    tell("rows that block, tried", f"{len(BLOCKING)} rows x {len(DOORS)} doors")


def test_a_row_that_needs_more_says_what():
    assert all(WITHOUT.values())


def test_a_field_that_a_command_does_not_take_is_a_fault():
    with pytest.raises(NotTaken, match=r"does not take colour"):
        list(typed("incident declare", {"title": "Search", "colour": "red"}))
