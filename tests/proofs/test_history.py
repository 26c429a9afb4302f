"""Writers go on while processes die, stand still and lose disk and time; afterwards the public reads what was said."""

import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.proofs import FULL
from tests.proofs.house import House
from tests.proofs.reckoning import reckon
from tests.proofs.record import Fate, Record
from tests.proofs.writers import Incident, Stage, Write, Writer

SEEDS = range(20) if FULL else range(1)
WRITERS = 16
WRITES = 2000 if FULL else 150
HEALED_S = 60.0
"""From the end of the last fault and write on, so long may it take until everything acknowledged is public."""
COMPONENTS = ("Search", "Sign-in", "Code intelligence")
SHARED = 4
_told: list[tuple[Record, House, float]] = []


def set_up(stage: Stage) -> None:
    """Components, and incidents that all writers post to."""
    writer = Writer(stage, "first", commands=0)
    for name in COMPONENTS:
        added = Write("component", "/components", {"name": name})
        added.done = lambda answer: stage.components.append(answer["slug"])
        assert writer.carry_out(added) == 201
    for number in range(SHARED):
        word = stage.record.mark()
        opening = {"state": "investigating", "body": writer.sentence(word), "confirm": True}
        declared = Write("declaration", "/incidents", {"title": f"Search {number}", "post": opening}, [word])
        declared.done = lambda answer: stage.incidents.append(Incident(answer["ref"]))
        assert stage.may_publish_another()
        assert writer.carry_out(declared) == 201


def write_all(stage: Stage, seed: str, writers: int = WRITERS) -> list[threading.Thread]:
    threads = [threading.Thread(target=Writer(stage, f"{seed}/{number}").run, daemon=True) for number in range(writers)]
    for one in threads:
        one.start()
    return threads


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_acknowledged_is_public_once_whatever_happened(seed, tmp_path):
    record = Record()
    with House(tmp_path, str(seed), disk=FULL) as house:
        stage = Stage(record, house, WRITES)
        set_up(stage)
        house.shrink()
        threads = write_all(stage, str(seed))
        if FULL:
            while any(one.is_alive() for one in threads):
                time.sleep(house.random.uniform(0.5, 4))
                house.fault()
        else:
            while stage.writes > WRITES // 2:
                time.sleep(0.05)
            house.fault(house.jump)
            house.fault(house.kill)
        house.heal()
        for one in threads:
            one.join()
        healed = time.monotonic()
        while faults := reckon(house.home / "site", record):
            assert time.monotonic() < healed + HEALED_S, f"{faults}: {house.recorded(str(faults))}"
            time.sleep(0.5)
        took = time.monotonic() - healed
        assert house.check() == ""
        house.wait_until_ready()
    assert house.tracebacks == []
    assert len(record.of(Fate.ONCE)) > WRITES / 4, "hardly anything was acknowledged"
    _told.append((record, house, took))


def test_a_jump_moves_the_clock_of_every_portal(tmp_path):
    house = House(tmp_path, "jump", disk=False)
    house.jump()
    code = "import portal.verbs.context as context; print(context.utc_now().isoformat())"
    words = [sys.executable, "-c", code]
    told = subprocess.run(words, env=house.environment, capture_output=True, text=True, check=True).stdout
    moved = datetime.fromisoformat(told.strip()) - datetime.now(UTC)
    assert abs(round(moved / timedelta(days=1))) == 1


def test_the_histories_together(tell):
    if not _told:
        pytest.skip("no history was written")
    outcomes = sum((record.outcomes for record, _, _ in _told), start=type(_told[0][0].outcomes)())
    faults = sum((house.faults for _, house, _ in _told), start=type(_told[0][1].faults)())
    ends = {word: sum(n for name, n in outcomes.items() if name.endswith(word)) for word in ENDS}
    said = ", ".join(f"{count} {word}" for word, count in ends.items())
    by_command = sum(house.said["by command"] for _, house, _ in _told)
    without = [] if not FULL or all(house.disk for _, house, _ in _told) else ["no small disk: mount was refused"]
    if len(_told) > 1:
        assert not {f"{kind} acknowledged" for kind in ACKNOWLEDGED} - set(outcomes), "a kind of write never happened"
        assert by_command > 0, "nothing came by the command line"
        assert not FAULTS - set(faults), "a fault never happened"
        assert without or faults["shrink"] == len(_told), "the disk was too full to become small"
    tell(
        "histories",
        f"{len(_told)} seeds, {outcomes.total()} writes ({said}; {by_command} by command), {faults.total()} faults:"
        f" 0 lost, 0 doubled, 0 unexpected; public at most {max(took for _, _, took in _told):.1f} s after healing"
        + "".join(f"; {one}" for one in without),
    )


ENDS = ("acknowledged", "refused", "failed", "unknown")
ACKNOWLEDGED = ["post", "correction", "back-fill", "note", "follow-up", "link", "declaration", "private declaration"]
ACKNOWLEDGED += ["made private", "redaction", "end", "reopening", "postmortem", "maintenance", "component", "impact"]
FAULTS = {"kill", "kill_both", "stand_still", "jump", "kill_command", "restart", "build"}
