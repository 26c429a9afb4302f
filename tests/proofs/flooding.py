"""Clients that mean no good: they open many connections, and then wait, dribble or never read."""

import contextlib
import itertools
import resource
import socket
import threading
import time
from collections.abc import Iterator

from tests.running import RunningPortal

SLOW = 0.2
"""Seconds between two drops of a dribbling client's request: often enough that it is never idle."""


def may_open(count: int) -> int:
    """Raise this process' limit of open files so that `count` sockets can be open; answers how many can."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + 500
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return count if soft == resource.RLIM_INFINITY else min(count, soft - 500)


class Flood:
    """`count` connections to a port, each of which has sent `first`; with `drops`, these follow one by one, for ever.

    Connections that the server closes are opened again as long as the flood lasts. Use as a context manager.
    """

    def __init__(self, port: int, count: int, first: bytes = b"", drops: bytes = b"") -> None:
        self.port, self.count, self.first, self.drops = port, count, first, drops
        self.open: list[socket.socket] = []
        self.opened = self.closed_on_us = 0
        self._end = threading.Event()
        self._full = threading.Event()
        self._thread = threading.Thread(target=self._go_on)

    def __enter__(self) -> "Flood":
        self._thread.start()
        assert self._full.wait(120), f"{len(self.open)} of {self.count} connections could be opened"
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        for one in self.open:
            one.close()

    def _go_on(self) -> None:
        """Open all; then go round, dribble, and put a new connection where one was closed."""
        while len(self.open) < self.count and not self._end.is_set():
            self.open.append(self._connect())
        self._full.set()
        drops = itertools.cycle(self.drops[at : at + 1] for at in range(len(self.drops)))
        while not self._end.wait(SLOW):
            drop = next(drops, b"")
            for number, one in enumerate(self.open):
                if self._end.is_set():
                    return
                try:
                    if drop:
                        one.send(drop)
                    elif one.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK) == b"":
                        raise ConnectionResetError
                except BlockingIOError:
                    continue
                except OSError:
                    one.close()
                    self.closed_on_us += 1
                    self.open[number] = self._connect()

    def _connect(self) -> socket.socket:
        while True:
            one = socket.socket()
            one.settimeout(30)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # what is not read stays with the server
            try:
                one.connect(("127.0.0.1", self.port))
                one.sendall(self.first)
            except OSError:
                one.close()
                if self._end.is_set():
                    return one
                continue
            self.opened += 1
            one.setblocking(False)
            return one


@contextlib.contextmanager
def memory_watched(portal: RunningPortal) -> Iterator[list[int]]:
    """The list's last number is by how many bytes the portal's memory grew at most inside the block."""
    grown = [0]
    before, ended = resident(portal), threading.Event()

    def watch() -> None:
        while not ended.wait(0.05):
            grown[0] = max(grown[0], resident(portal) - before)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield grown
    finally:
        ended.set()
        thread.join()


def resident(portal: RunningPortal) -> int:
    """Bytes of memory that the portal's process holds."""
    assert portal.process is not None
    with open(f"/proc/{portal.process.pid}/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def raw(port: int, request: bytes, *, timeout: float = 30) -> bytes:
    """Everything that the server says to these bytes until it closes; b"" when it just closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as one:
        heard = b""
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            one.sendall(request)
        with contextlib.suppress(ConnectionResetError):
            while chunk := one.recv(65536):
                heard += chunk
        return heard


def seconds(count: int, what: object) -> Iterator[float]:
    """How long each of `count` calls takes."""
    for _ in range(count):
        begun = time.perf_counter()
        what()  # type: ignore[operator]
        yield time.perf_counter() - begun
