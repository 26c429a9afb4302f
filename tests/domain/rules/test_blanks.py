"""P7: nothing goes out with a blank in it."""

import pytest

from tests.domain.rules.asking import findings, hits


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ("There is an issue with ___.", "___"),
        ("There is an issue with ______, sorry.", "______"),
        ("There is an issue with {{ component }}.", "{{ component }}"),
        ("There is an issue with {{}}.", "{{}}"),
        ("There is an issue with [component].", "[component]"),
        ("There is an issue with [insert the name here].", "[insert the name here]"),
        ("There is an issue with <component>.", "<component>"),
        ("There is an issue with {name}.", "{name}"),
        ("TODO add details.", "TODO"),
        ("todo: add details.", "todo"),
        ("Back at TBD.", "TBD"),
        ("Back at XXX UTC.", "XXX"),
        ("FIXME before sending.", "FIXME"),
        ("Lorem ipsum dolor.", "Lorem ipsum"),
        ("See [TODO](https://example.com/).", "TODO"),
    ],
)
def test_a_blank_blocks(body, marked):
    found = [one for one in findings(body) if one.rule == "P7"]
    assert [body[one.start : one.end] for one in found] == [marked]
    assert {one.level for one in found} == {"block"}


@pytest.mark.parametrize(
    "body",
    [
        "The name ___init___ and __strong__ and snake_case_name and ___very strong___ words.",
        "Write `{{ value }}` or `TODO` in code.",
        "```\nTODO {{ x }} ___\n```",
        "A [component](https://example.com/) with a link.",
        "An [issue][1] too.\n\n[1]: https://example.com/",
        "HTTP 5XX and 1XXX codes, size XXL.",
        "Todo lists do not load, and my to-do list is long.",
        "Errors {% if 1 %}EVAL{% endif %} are shown.",
        "The page shows “TODO” to all.",
        "The tag <b> is shown as text.",
        "An array such as x[0] or [1, 2].",
    ],
)
def test_what_is_no_blank_passes(body):
    assert hits("P7", body) == []


def test_a_component_may_be_called_todo():
    assert hits("P7", "TODO is slow.", components={"TODO": "operational"}) == []
