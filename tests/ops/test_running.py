"""A portal that runs, and the commands beside it."""

import json
import os
import pathlib
import signal
import socket
import subprocess

import pytest

from tests.running import COMMAND, RunningPortal


def test_commands_beside_a_running_portal_leave_publishing_to_it(tmp_path: pathlib.Path) -> None:
    with RunningPortal(tmp_path / "var") as portal:
        portal.command("component", "add", "Search")
        assert b"Search" in portal.get("/")[2], "public when the command returns"
        portal.command("check")
        portal.command("build")
        portal.command("check")


def test_a_backup_can_be_taken_while_it_runs_but_not_restored(tmp_path: pathlib.Path) -> None:
    with RunningPortal(tmp_path / "var") as portal:
        portal.command("component", "add", "Search")
        portal.command("backup", "copy.db")
        said = subprocess.run(
            [COMMAND, "restore", "copy.db", "--force"],
            env=portal.environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (said.returncode, "Stop it, then restore" in said.stderr) == (2, True)
    portal.command("restore", "copy.db")


def test_it_serves_the_restored_state(tmp_path: pathlib.Path) -> None:
    home = tmp_path / "var"
    with RunningPortal(home) as portal:
        portal.command("component", "add", "Search")
        portal.command("backup", "copy.db")
        portal.command("component", "add", "Sign-in")
        before = json.loads(portal.get("/published.json")[2])
    portal.command("restore", "copy.db", "--force")
    with RunningPortal(home) as portal:
        page = portal.get("/")[2]
        after = json.loads(portal.get("/published.json")[2])
    assert b"Search" in page
    assert b"Sign-in" not in page
    assert after["epoch"] != before["epoch"]


def test_a_port_in_use_is_one_sentence(tmp_path: pathlib.Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        environment = {"PATH": os.environ["PATH"], "PORTAL_HOME": str(tmp_path / "var")}
        done = subprocess.run(
            [COMMAND, "serve", "--port", port],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
    assert done.returncode == 2
    said = f"Port {port} of 127.0.0.1 can't be used: Address already in use. Choose another with --port or --host."
    assert done.stderr.strip() == said


def test_two_portals_in_one_home_both_serve_and_one_publishes(tmp_path: pathlib.Path) -> None:
    with RunningPortal(tmp_path / "var") as one, RunningPortal(tmp_path / "var") as other:
        one.command("component", "add", "Search")
        assert b"Search" in one.get("/")[2]
        assert b"Search" in other.get("/")[2]


def test_the_doors_can_be_served_apart(tmp_path: pathlib.Path) -> None:
    with RunningPortal(tmp_path / "var", "--only", "public") as public:
        assert public.get("/")[0] == 200
        assert public.get("/api/v1/components")[0] == 404
    with RunningPortal(tmp_path / "var", "--only", "desk") as desk:
        assert desk.get("/")[0] == 404
        assert desk.get("/api/v1/components")[0] == 401
        assert desk.get("/api/v1/components")[1]["x-frame-options"] == "DENY"


def test_the_workers_can_run_in_a_process_of_their_own(tmp_path: pathlib.Path) -> None:
    home = tmp_path / "var"
    environment = {"PATH": os.environ["PATH"], "PORTAL_HOME": str(home)}
    with subprocess.Popen([COMMAND, "work"], env=environment, cwd=tmp_path, stdout=subprocess.PIPE) as work:
        with RunningPortal(home, "--no-work", site_url="http://127.0.0.1:8000") as portal:
            portal.command("component", "add", "Search")
            assert b"Search" in portal.get("/")[2]
        work.send_signal(signal.SIGTERM)
        assert work.wait(60) == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_well_when_told_to(tmp_path: pathlib.Path, how: signal.Signals) -> None:
    with RunningPortal(tmp_path / "var") as portal:
        assert portal.stop(how) == 0


def test_it_comes_back_after_it_was_killed(tmp_path: pathlib.Path) -> None:
    with RunningPortal(tmp_path / "var") as portal:
        portal.command("component", "add", "Search")
        assert portal.process is not None
        portal.process.send_signal(signal.SIGKILL)
        portal.process.wait(60)
        with RunningPortal(tmp_path / "var") as again:
            assert b"Search" in again.get("/")[2]
            again.command("check")
        portal.process = again.process
