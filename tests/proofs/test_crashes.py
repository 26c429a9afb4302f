"""Killed, or refused by the disk, at every system call that changes the home: nothing acknowledged is lost."""

import functools
import pathlib
import shutil
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.conftest import Tell
from tests.proofs import FULL
from tests.proofs.crashes import Call, End, run, spread, why_no_strace
from tests.proofs.plants import PLANTS
from tests.proofs.victims import VICTIMS, Victim, command, everything_public, restart, warm, with_a_long_history

pytestmark = pytest.mark.skipif(why_no_strace() is not None and not FULL, reason=why_no_strace() or "")

KILLS = {"post": 4, "build": 3, "import": 2, "migration": 2, "first start": 2, "restore": 2}
"""How many calls the sample kills at; in full it is every one."""
FAILURES = {"post": 2}
EVERY = 10_000
MORE_FAILURES = {"post": EVERY, "migration": EVERY, "import": 60, "build": 60}
MORE_FAILURES |= {"first start": 30, "backup": 15, "restore": 30}
"""In full: how many calls fail once, and how many fail together with all that follow, with each error."""


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory):
    """Each victim's home, and the calls that it makes in it when nothing goes wrong."""
    warm(tmp_path_factory.mktemp("warm"))

    @functools.cache
    def prepared(name: str) -> tuple[pathlib.Path, tuple[Call, ...]]:
        victim = VICTIMS[name]
        top = tmp_path_factory.mktemp(name)
        victim.prepare(top / "home")
        shutil.copytree(top / "home", top / "whole", symlinks=True)
        end = run(victim.work(top / "whole"), top / "whole", [])
        assert end.code == 0, end
        assert end.calls
        judge(victim, top / "whole", end)
        return top / "home", end.calls

    return prepared


def judge(victim: Victim, home: pathlib.Path, end: End) -> None:
    if (home / "site").exists():
        everything_public(home)
    else:
        assert victim.name in ("migration", "first start"), "the old site stays until the new one is there"
    again = restart(home)
    assert again.code == 0, f"after {end}:\n{again.told}{again.complained}"
    victim.judge(home, end)


@pytest.mark.parametrize("name", VICTIMS if FULL else KILLS)
def test_killed_at_any_call_nothing_is_lost(name: str, homes, tmp_path: pathlib.Path, tell: Tell) -> None:
    home, calls = homes(name)
    ends = [
        attack(VICTIMS[name], home, tmp_path / "home", call.killing())
        for call in (calls if FULL else spread(calls, KILLS[name]))
    ]
    killed = sum(end.code is None for end in ends)
    assert killed > 0.9 * len(ends), "the calls are not where they were when they were counted"
    tell("crash points", f"{name}: killed at {killed} of {len(calls)} calls: 0 lost, 0 doubled, 0 violations")


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize("name", MORE_FAILURES if FULL else FAILURES)
def test_a_disk_that_fails_makes_no_false_promise(
    name: str, lasting: bool, error: str, homes, tmp_path: pathlib.Path, tell: Tell
) -> None:
    home, calls = homes(name)
    ends = []
    for call in spread(calls, (MORE_FAILURES if FULL else FAILURES)[name]):
        injections = call.failing_from_here(error) if lasting else call.failing_once(error)
        end = attack(VICTIMS[name], home, tmp_path / "home", injections)
        assert end.code is not None
        assert "Traceback" not in end.complained, f"{call}\n{end.complained}"
        ends.append(end)
    struck = [end for end in ends if end.struck]
    well = sum(end.code == 0 for end in struck)
    how = "from there on" if lasting else "once"
    figure = f"{name}: {error} {how} at {len(struck)} calls, {well} commands did it all the same: 0 false promises"
    tell("failing disks", figure)


def attack(victim: Victim, home: pathlib.Path, copy: pathlib.Path, injections: list[str]) -> End:
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy, symlinks=True)
    end = run(victim.work(copy), copy, injections)
    judge(victim, copy, end)
    return end


@pytest.mark.skipif(not FULL, reason="a sample of one")
@pytest.mark.parametrize("call", [5, 100, 500])
def test_a_full_build_whose_child_is_killed_leaves_the_old_site(call: int, tmp_path: pathlib.Path, tell: Tell) -> None:
    home = tmp_path / "home"
    with_a_long_history(home)
    before = everything_public(home)
    end = run(command(home, "build"), home, [f"?write:signal=KILL:when={call}"])
    assert end.code == 2, end
    assert "could not be built" in end.complained
    assert everything_public(home) == before
    judge(VICTIMS["build"], home, end)
    tell("crash points", f"a child of a full build, killed at its write {call}: the old site stays")


@pytest.mark.parametrize("fault", PLANTS)
def test_the_proof_finds_a_planted_fault(fault: str, homes, tmp_path: pathlib.Path) -> None:
    plant, (home, calls) = PLANTS[fault], homes("post")
    post = VICTIMS["post"]

    def work_badly(at: pathlib.Path) -> Callable[[], int]:
        def work() -> int:
            plant.make()
            return post.work(at)()

        return work

    call = next(call for call in calls if plant.where(call))
    with pytest.raises(AssertionError, match=plant.found):
        attack(replace(post, work=work_badly), home, tmp_path / "home", plant.attack(call))
