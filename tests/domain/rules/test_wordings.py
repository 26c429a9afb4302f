"""P6, P8, P11, P13 and P14: words that are shown, and never in the way."""

import pytest

from portal.domain.names import ComponentStatus
from tests.domain.rules.asking import findings, hits, rewritten


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ("Search fails due to a full disk.", "due to"),
        ("It is caused by a full disk.", "caused by"),
        ("We have identified the root cause.", "identified the root cause"),
        ("We deployed a fix.", "deployed a fix"),
        ("We are rolling back the change.", "rolling back"),
        ("A fix has been tried.", "A fix has"),
    ],
)
def test_a_cause_or_fix_is_too_early_while_investigating(body, marked):
    assert hits("P6", body) == [marked]
    assert hits("P6", body, state="identified") == []


@pytest.mark.parametrize(
    "body",
    [
        "We are investigating the cause, and a resolution.",
        "We do not know whether it is caused by a change.",
        "Due to this, some pages are slow.",
        "We will post once a fix has been tried.",
        "There is no fix yet; it is not due to load.",
    ],
)
def test_looking_for_the_cause_is_fine_while_investigating(body):
    assert hits("P6", body) == []


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ("Search will be fixed in 10 minutes.", "fixed in 10 minutes"),
        ("It should be back online within the next hour.", "back online within the next hour"),
        ("It will be resolved by 14:30 UTC.", "resolved by 14"),
        ("The ETA is 20 minutes.", "ETA"),
        ("We will fix this issue within two hours.", "fix this issue within two hours"),
        ("We expect a fix in an hour.", "expect a fix in"),
    ],
)
def test_a_promised_time_to_fix_is_shown(body, marked):
    assert hits("P8", body) == [marked]


@pytest.mark.parametrize(
    "body",
    [
        "It was fixed in 10 minutes.",
        "We have no ETA yet.",
        "We post once we have an ETA.",
        "The next update comes in 10 minutes.",
        "It will be fixed in the next release.",
        "Search was resolved by our team.",
    ],
)
def test_the_past_and_the_next_update_are_no_such_promise(body):
    assert hits("P8", body) == []


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ("It is probably the cache.", "probably"),
        ("We think the cache is full.", "We think"),
        ("It is likely caused by the cache.", "likely caused"),
        ("It might be related to the cache.", "might be related"),
        ("It appears to be caused by the cache.", "appears to be caused"),
    ],
)
def test_a_guess_is_shown(body, marked):
    assert hits("P11", body) == [marked]


@pytest.mark.parametrize(
    "body", ["Users may see errors.", "It is unlikely to return.", "Sorry for the trouble it may have caused."]
)
def test_saying_what_users_may_see_is_no_guess(body):
    assert hits("P11", body) == []


def test_a_removed_word_leaves_one_space_and_a_capital():
    assert rewritten("P11", "It is probably the cache.") == "It is the cache."
    assert rewritten("P11", "Probably the cache.") == "The cache."


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ("We apologize for any inconvenience.", "any inconvenience"),
        ("Only a small number saw it.", "Only a small"),
        ("There was a brief blip.", "brief blip"),
        ("A hiccup in search.", "hiccup"),
        ("We take this very seriously.", "take this very seriously"),
        ("To all valued customers.", "valued customers"),
    ],
)
def test_minimising_and_rote_words_are_shown(body, marked):
    assert hits("P13", body) == [marked]


@pytest.mark.parametrize("body", ["We are sorry.", "A small cluster is affected.", "Briefly, search was slow."])
def test_plain_words_are_not_rote(body):
    assert hits("P13", body) == []


def test_outage_is_said_of_components_that_are_in_outage():
    body = "The outage of Search goes on."
    assert hits("P14", body) == ["outage"]
    assert hits("P14", body, components={"Search": ComponentStatus.DEGRADED_PERFORMANCE}) == ["outage"]
    assert hits("P14", body, components={"Search": ComponentStatus.PARTIAL_OUTAGE}) == []
    assert hits("P14", body, components={"Search": ComponentStatus.MAJOR_OUTAGE}) == []
    assert hits("P14", body, state="resolved") == []
    assert hits("P14", "This is not an outage.") == []
    assert hits("P14", "An upstream provider has an outage.") == []


def test_all_of_these_are_only_shown():
    body = "We think it is due to load; any inconvenience ends when it is fixed in 10 minutes. The outage goes on."
    found = [one for one in findings(body) if one.rule in {"P6", "P8", "P11", "P13", "P14"}]
    assert {one.rule for one in found} == {"P6", "P8", "P11", "P13", "P14"}
    assert {one.level for one in found} == {"warn"}


def test_curly_apostrophes_capitals_and_emphasis_make_no_difference():
    assert hits("P13", "ANY **INCONVENIENCE**") == ["ANY **INCONVENIENCE"]
    assert hits("P1", "See yesterday’s update") == ["yesterday’s"]
