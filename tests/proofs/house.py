"""A home under attack: two portals that are killed, stopped and restarted, a clock that jumps, a disk that fills."""

import contextlib
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import IO, Any

from tests.proofs.record import MARK
from tests.running import CODE, COMMAND, free_port

ANSWER_S = 8.0
"""How long a client waits for an answer before it asks again."""
COMMAND_S = 60.0
DISK = "4m"
LARGE_DISK = "256m"
READY_S = 60.0
CLOCK = [str(pathlib.Path(__file__).with_name("moved_clock")), *CODE]
UNCERTAIN = "not certain"

Json = dict[str, Any]


def own_disk(place: pathlib.Path) -> bool:
    """Put a disk of its own at a place, large for now; False where that is not allowed."""
    place.mkdir(parents=True, exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={LARGE_DISK}", "none", str(place)]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


class House:
    """Use as a context manager. Slots 0 and 1 each have a portal while `wanted`; one that ended is started again."""

    def __init__(self, place: pathlib.Path, seed: str, *, disk: bool) -> None:
        self.place, self.home = place, place / "disk" / "home"
        self.random = random.Random(f"faults {seed}")
        self.shift = place / "shift"
        self.ports = [free_port(), free_port()]
        self.portals: list[subprocess.Popen[bytes] | None] = [None, None]
        self.wanted = [False, False]
        self.commands: set[subprocess.Popen[str]] = set()
        self.faults: Counter[str] = Counter()
        self.said: Counter[str] = Counter()
        """What the doors answered of note: `answer 503`, `by command`."""
        self.tracebacks: list[str] = []
        self.token = ""
        self.disk = disk and own_disk(self.home.parent)
        self.small = False
        self._lock = threading.Lock()
        self._over = threading.Event()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        settings = {"PORTAL_HOME": str(self.home), "PORTAL_SITE_URL": "https://status.example.com"}
        self.environment = inherited | settings
        self.environment |= {"PYTHONPATH": os.pathsep.join(CLOCK), "MOVED_CLOCK": str(self.shift)}
        self.shift.write_text("0")
        self._days = 0

    def __enter__(self) -> "House":
        self.home.mkdir(parents=True, exist_ok=True)
        self._log: IO[bytes] = (self.place / "portals.log").open("ab")
        self.token = self._run(["token", "add", "writers", "--role", "admin", "--role", "security"])[1].strip()
        self.wanted = [True, True]
        self._keeper = threading.Thread(target=self._keep)
        self._keeper.start()
        try:
            self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._keeper.join()
        for portal in self.portals:
            if portal is not None and portal.poll() is None:
                portal.send_signal(signal.SIGCONT)
                portal.kill()
                portal.wait()
        self._log.close()
        if self.disk:
            subprocess.run(["umount", "--lazy", str(self.home.parent)], capture_output=True, check=False)

    def _keep(self) -> None:
        """Start what should run and does not, as an init system would."""
        while not self._over.is_set():
            for slot, port in enumerate(self.ports):
                portal = self.portals[slot]
                if self.wanted[slot] and (portal is None or portal.poll() is not None):
                    words = [str(COMMAND), "serve", "--port", str(port)]
                    self.portals[slot] = subprocess.Popen(
                        words, env=self.environment, stdout=self._log, stderr=subprocess.STDOUT, cwd=self.place
                    )
            self._over.wait(0.5)

    # what writers use

    def api(self, method: str, path: str, body: Json, key: str | None, wait: bool) -> tuple[int | None, Json]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key is not None:
            headers["Idempotency-Key"] = key
        if not wait:
            headers["Prefer"] = "respond-async"
        connection = http.client.HTTPConnection("127.0.0.1", self._port(), timeout=ANSWER_S)
        try:
            connection.request(method, f"/api/v1{path}", json.dumps(body), headers)
            answer = connection.getresponse()
            said: Json = json.loads(answer.read())
            if answer.status >= 500:
                self.said[f"answer {answer.status}"] += 1
                assert answer.status in (500, 503), said
                assert answer.status != 503 or "retry-after" in answer.headers
        except (OSError, http.client.HTTPException, ValueError):
            return None, {}
        else:
            return (None if UNCERTAIN in said.get("detail", "") else answer.status), said
        finally:
            connection.close()

    def _port(self) -> int:
        return random.choice(self.ports)  # whichever; what a seed decides must not depend on timing

    def command(self, words: list[str]) -> tuple[int | None, Json]:
        code, said, complaint = self._run(words)
        try:
            answer: Json = json.loads(said)
        except ValueError:
            answer = {}
        if "change" in answer:
            self.said["by command"] += 1
            return 200, answer  # recorded, whatever came afterwards
        return (422 if code == 2 and UNCERTAIN not in complaint else None), answer

    def _run(self, words: list[str]) -> tuple[int, str, str]:
        with subprocess.Popen(
            [str(COMMAND), *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.place,
        ) as command:
            with self._lock:
                self.commands.add(command)
            try:
                out, err = command.communicate(timeout=COMMAND_S)
            except subprocess.TimeoutExpired:
                command.kill()
                out, err = command.communicate()
            with self._lock:
                self.commands.discard(command)
        if "Traceback" in err:
            self.tracebacks.append(f"portal {' '.join(words[:2])}: {err.strip().splitlines()[-1]}")
        return command.returncode, out, err

    # faults

    def fault(self, one: Callable[[], None] | None = None) -> None:
        """Do this one or any of them; each is over, or is healed later by `heal`."""
        named = {
            self.kill: 5,
            self.kill_both: 1,
            self.stand_still: 2,
            self.jump: 3,
            self.kill_command: 2,
            self.restart: 2,
            self.build: 1,
            self.fill: 2 if self.disk and not self.small else 0,
            self.enlarge: 2 if self.small else 0,
        }
        one = one or self.random.choices(list(named), list(named.values()))[0]
        one()
        self.faults[one.__name__] += 1

    def kill(self, slot: int | None = None) -> None:
        portal = self.portals[self.random.randrange(2) if slot is None else slot]
        if portal is not None:
            portal.kill()

    def kill_both(self) -> None:
        self.kill(0)
        self.kill(1)

    def stand_still(self) -> None:
        portal = self.portals[self.random.randrange(2)]
        if portal is not None and portal.poll() is None:
            portal.send_signal(signal.SIGSTOP)
            time.sleep(10)
            portal.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        portal = self.portals[self.random.randrange(2)]
        if portal is not None:
            portal.terminate()

    def jump(self) -> None:
        """A day, forward or back."""
        self._days = self.random.choice([-1, 1]) if self._days == 0 else 0
        self._set_clock(self._days)

    def _set_clock(self, days: int) -> None:
        ready = self.shift.with_suffix(".new")
        ready.write_text(str(days))
        ready.replace(self.shift)

    def kill_command(self) -> None:
        with self._lock:
            for command in self.commands:
                command.kill()
                return

    def build(self) -> None:
        self._run(["build"])

    def fill(self) -> None:
        """Leave next to nothing of the disk for a while."""
        ballast = self.home.parent / "ballast"
        with ballast.open("wb") as file, contextlib.suppress(OSError):
            free = shutil.disk_usage(ballast.parent).free
            os.posix_fallocate(file.fileno(), 0, max(1, free - self.random.randrange(200_000)))
        time.sleep(3)
        ballast.unlink(missing_ok=True)

    def shrink(self) -> None:
        """From now on the disk has 4 MB. The portals start anew: a database's log keeps its size while one is open."""
        if not self.disk:
            return
        self.wanted = [False, False]
        for portal in self.portals:
            if portal is not None:
                portal.terminate()
                portal.wait()
        self.small = self._resize(DISK)
        self.faults["shrink"] += self.small
        self.wanted = [True, True]
        self.wait_until_ready()

    def enlarge(self) -> None:
        assert self._resize(LARGE_DISK)
        self.small = False

    def _resize(self, size: str) -> bool:
        words = ["mount", "-o", f"remount,size={size}", str(self.home.parent)]
        return subprocess.run(words, check=False, capture_output=True).returncode == 0

    def heal(self) -> None:
        """End every fault; both portals run again when this returns."""
        for portal in self.portals:
            if portal is not None and portal.poll() is None:
                portal.send_signal(signal.SIGCONT)
        if self.small:
            self.enlarge()
        self._set_clock(0)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Both portals say so."""
        limit = time.monotonic() + READY_S
        for port in self.ports:
            while not self._is_ready(port):
                said = (self.place / "portals.log").read_text()[-3000:]
                assert time.monotonic() < limit, f"the portals are not ready:\n{said}"
                time.sleep(0.1)

    def _is_ready(self, port: int) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def recorded(self, said: str) -> list[tuple[object, ...]]:
        """What the database has of the posts with these words, for whoever looks for a fault's cause."""
        with contextlib.closing(sqlite3.connect(self.home / "portal.db")) as db:
            rows = db.execute("SELECT id, published_at, display_at, author, body FROM post").fetchall()
        return [row for row in rows if set(MARK.findall(row[-1])) & set(MARK.findall(said))]

    def check(self) -> str:
        """What `portal check` says against the home; empty when it says nothing."""
        code, said, _ = self._run(["check"])
        return "" if code == 0 else said
