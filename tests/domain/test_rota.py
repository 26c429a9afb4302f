"""Whose turn it is."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
import yaml

from portal.domain.rota import RotaFault, read_rotas

TEXT = """
rotas:
  - name: lead
    handover: 2026-11-02T09:00
    people: [ada@example.com, rob@example.com, mia@example.com]
    overrides:
      - {person: sam@example.com, from: 2026-11-11T09:00, until: 2026-11-12T09:00}
      - {person: lea@example.com, from: 2026-11-11T18:00, until: 2026-11-11T20:00}
  - name: support
    handover: 2026-11-02
    people: [Support desk]
"""


def moment(day, hour=12, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def lead():
    return read_rotas(yaml.safe_load(TEXT))[0]


@pytest.mark.parametrize(
    ("at", "person"),
    [
        (moment(2, 9), "ada"),
        (moment(9, 8, 59), "ada"),
        (moment(9, 9), "rob"),
        (moment(16, 9), "mia"),
        (moment(23, 9), "ada"),
        (moment(2, 8, 59), "mia"),
        (moment(11, 9), "sam"),
        (moment(11, 18), "lea"),
        (moment(11, 20), "sam"),
        (moment(12, 9), "rob"),
    ],
)
def test_the_week_goes_round_from_the_handover_on_and_the_last_override_wins(lead, at, person):
    assert lead.on_call(at).person == f"{person}@example.com"


def test_turns_join_without_gaps(lead):
    turns = list(lead.turns(moment(9, 9), moment(23, 9)))
    assert [one.person.partition("@")[0] for one in turns] == ["rob", "sam", "lea", "sam", "rob", "mia"]
    assert all(before.end == after.begin for before, after in itertools.pairwise(turns))
    assert [one.override for one in turns] == [False, True, True, True, False, False]


def test_a_turn_says_from_when_until_when(lead):
    turn = lead.on_call(moment(10))
    assert (turn.begin, turn.end) == (moment(9, 9), moment(11, 9))
    assert lead.on_call(moment(17)).end - lead.on_call(moment(17)).begin == timedelta(weeks=1)


def test_one_person_alone_is_always_on_call():
    support = read_rotas(yaml.safe_load(TEXT))[1]
    assert {support.on_call(moment(day)).person for day in range(1, 30)} == {"Support desk"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "begins with `rotas:`"),
        ("[]", "begins with `rotas:`"),
        ("rotas: {}", "begins with `rotas:`"),
        ("rotas: []\nteam: x", "there is no 'team'"),
        ("rotas: [x]", "write name, handover and people"),
        ("rotas: [{name: Lead!}]", "a word of lower-case letters"),
        ("rotas: [{name: lead, people: []}]", "the rota lead: people is a list"),
        ("rotas: [{name: lead, people: [3]}]", "people is a list"),
        ("rotas: [{name: lead, people: [a]}]", "handover is a moment in UTC"),
        ("rotas: [{name: lead, people: [a], handover: soon}]", "handover is a moment in UTC"),
        ("rotas: [{name: lead, people: [a], handover: 2026-11-02, days: 7}]", "there is no 'days'"),
        ("rotas: [{name: lead, people: [a], handover: 2026-11-02, overrides: [b]}]", "override 1: write person"),
        (
            "rotas: [{name: a, people: [a], handover: 2026-11-02,"
            " overrides: [{person: b, from: 2026-11-03, until: 2026-11-03}]}]",
            "until is not after from",
        ),
        ("rotas: [&a {name: a, people: [a], handover: 2026-11-02}, *a]", "Two rotas are called a"),
        (f"rotas: [{', '.join(['x'] * 51)}]", "51 rotas"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(text, said):
    with pytest.raises(RotaFault) as fault:
        read_rotas(yaml.safe_load(text))
    assert said in str(fault.value)
    assert str(fault.value).endswith(".")
