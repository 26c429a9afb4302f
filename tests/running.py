"""A portal as its users run it: the installed command, in a process of its own, on an empty home and a free port."""

import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
from typing import Any

COMMAND = pathlib.Path(sys.executable).with_name("portal")
CODE = [str(pathlib.Path(__file__).resolve().parent.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
"""PYTHONPATH of commands: they run this checkout's program, also in another one's environment."""
READY_S = 90.0
"""Far more than it takes; a machine that runs many tests at once is slow."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningPortal:
    """Use as a context manager. `flags` go to `portal serve`; settings are variables without their PORTAL_."""

    def __init__(self, home: pathlib.Path, *flags: str, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.home = home / "demo" if "--demo" in flags else home
        self.flags = flags
        self.log = home.parent / f"{home.name}.log"
        given = {f"PORTAL_{name.upper()}": value for name, value in settings.items()}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        self.environment = {**inherited, "PORTAL_HOME": str(home), "PORTAL_SITE_URL": self.url, **given}
        self.environment["PYTHONPATH"] = os.pathsep.join(CODE)
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "RunningPortal":
        self.home.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [COMMAND, "serve", "--port", str(self.port), *self.flags],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.log.parent,
            )
        limit = time.monotonic() + READY_S
        while not self._ready():
            assert self.process.poll() is None, f"the portal ended: {self.log.read_text()[-3000:]}"
            assert time.monotonic() < limit, f"the portal is not ready: {self.log.read_text()[-3000:]}"
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        assert self.stop() == 0, self.log.read_text()[-3000:]

    def stop(self, how: int = signal.SIGTERM) -> int:
        """End it and answer its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(60)

    def command(self, *words: str, code: int = 0) -> str:
        """Run another `portal` command in the same home; answers what it printed."""
        environment = {**self.environment, "PORTAL_HOME": str(self.home)}
        done = subprocess.run(
            [COMMAND, *words], env=environment, cwd=self.log.parent, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, f"portal {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """(status, headers in small letters, body)"""
        return self.request("GET", path, None, headers)

    def request(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def _ready(self) -> bool:
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False
