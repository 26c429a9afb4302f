from portal.domain.impacts import Step, ended, steps
from portal.domain.names import ComponentStatus as Status

TEN, ELEVEN, NINE = "2026-11-23T10:00:00.000Z", "2026-11-23T11:00:00.000Z", "2026-11-23T09:00:00.000Z"
OPEN = {1: (Status.PARTIAL_OUTAGE, TEN)}


def test_a_new_level_begins_an_interval():
    assert steps({}, {1: Status.MAJOR_OUTAGE}, TEN) == [Step(1, Status.MAJOR_OUTAGE, TEN)]


def test_another_level_ends_the_interval_and_begins_the_next():
    assert steps(OPEN, {1: Status.MAJOR_OUTAGE}, ELEVEN) == [
        Step(1, Status.MAJOR_OUTAGE, ELEVEN, ends_at=ELEVEN),
        Step(1, Status.MAJOR_OUTAGE, ELEVEN),
    ]


def test_the_same_level_does_nothing():
    assert steps(OPEN, {1: Status.PARTIAL_OUTAGE}, ELEVEN) == []


def test_operational_ends_it():
    assert steps(OPEN, {1: Status.OPERATIONAL}, ELEVEN) == [Step(1, Status.OPERATIONAL, ELEVEN, ends_at=ELEVEN)]


def test_operational_where_nothing_is_open_is_kept_only_on_request():
    assert steps({}, {1: Status.OPERATIONAL}, TEN) == []
    assert steps({}, {1: Status.OPERATIONAL}, TEN, keep_operational=True) == [Step(1, Status.OPERATIONAL, TEN)]


def test_an_interval_that_began_at_the_same_moment_is_rewritten():
    assert steps(OPEN, {1: Status.MAJOR_OUTAGE}, TEN) == [Step(1, Status.MAJOR_OUTAGE, TEN, replaces=True)]


def test_what_is_known_to_have_begun_earlier_moves():
    assert steps(OPEN, {1: Status.PARTIAL_OUTAGE}, NINE) == [Step(1, Status.PARTIAL_OUTAGE, NINE, replaces=True)]


def test_an_end_is_never_before_its_beginning():
    assert steps(OPEN, {1: Status.OPERATIONAL}, NINE)[0].ends_at == TEN
    assert [one.ends_at for one in ended(OPEN, NINE)] == [TEN]


def test_the_end_of_an_incident_ends_everything():
    both = {**OPEN, 2: (Status.OPERATIONAL, TEN)}
    assert [(one.component, one.ends_at) for one in ended(both, ELEVEN)] == [(1, ELEVEN), (2, ELEVEN)]
    assert ended({}, ELEVEN) == []
