"""Which connections the server keeps when more people knock than it can hold."""

import heapq
import logging
import resource
import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.utilities import Error

log = logging.getLogger(__name__)

CONNECTIONS = 2000
OTHER_FILES = 256
"""File descriptors that are left for the database, the publisher and bodies that wait in files."""
AT_ONCE = 64
"""Connections that are taken in, and let go, in one turn of the loop."""
PATIENCE_S = 0.25
"""So long every connection may take to send its request, however many wait."""
HELD_LIMIT = 128 * 1024 * 1024
"""Bytes of requests that have not arrived whole and of answers that have not been fetched, over all connections."""
HELD_STEP = 4 * 1024 * 1024
"""Bytes that arrive between two looks at that sum."""
LOOK_S = 0.25
"""Seconds between two such looks, at most."""
QUEUED_S = 5.0
"""A request that no thread was free for until then is answered with 503, so that those behind it don't wait as long."""
REQUEST_S = 120
"""A request that has not arrived whole after so long is given up, however steadily it trickles."""


class Overloaded(Error):  # type: ignore[misc]
    """Too many requests wait for a thread."""

    code, reason = 503, "Service Unavailable"


class Connection(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection that knows since when it waits for its client."""

    def __init__(self, server: "Listener", *more: Any, **named: Any) -> None:
        self.waiting_since = self.queued_since = time.monotonic()
        super().__init__(server, *more, **named)

    @property
    def busy(self) -> bool:
        """Whether a request is being read or answered, or an answer is still on its way out."""
        return bool(self.requests or self.request is not None or self.total_outbufs_len)

    @property
    def held(self) -> int:
        """Bytes that the server keeps for this connection."""
        request, waiting = self.request, int(self.total_outbufs_len)
        return waiting + (request.header_bytes_received + request.body_bytes_received if request is not None else 0)

    def readable(self) -> bool:
        return self.connected and bool(super().readable())

    def writable(self) -> bool:
        return self.connected and bool(super().writable())

    def received(self, data: bytes) -> bool:
        taken: bool = super().received(data)
        self.server.took_in(len(data))
        return taken

    def send_continue(self) -> None:
        """Whoever asks before sending a body that is too large hears the refusal, and not that they may go on."""
        if self.request.error is None:
            super().send_continue()

    def service(self) -> None:
        if time.monotonic() - self.queued_since > QUEUED_S and not self.server.stopping:
            self.requests[0].error = self.requests[0].error or Overloaded("")
        super().service()
        self.waiting_since = time.monotonic()


class Listener(TcpWSGIServer):  # type: ignore[misc]
    """Takes every connection in; when there are too many, those go that have waited longest for their client.

    A request that is being answered is never given up. Connections go before the loop asks which sockets have something
    to say, so that nothing that is meant for an old descriptor reaches a new connection of the same number.
    """

    stopping = False
    next_channel_cleanup = 0.0
    _arrived = 0
    _next_look = 0.0

    def __init__(self, application: Any, **adjustments: Any) -> None:
        self.limit = affordable()
        super().__init__(application, _start=False, connection_limit=2**31, **adjustments)

    @property
    def crowded(self) -> bool:
        return self._room < AT_ONCE

    @property
    def _room(self) -> int:
        return self.limit - len(self.active_channels)

    def readable(self) -> bool:
        """Asked before each turn of the loop: makes room, and answers whether new connections are taken in."""
        now = time.monotonic()
        if now >= self.next_channel_cleanup:
            self.next_channel_cleanup = now + self.adj.cleanup_interval
            self.maintenance(time.time())
        if now >= self._next_look or self._arrived >= HELD_STEP:
            self._next_look, self._arrived = now + LOOK_S, 0
            self._let_go_of_heavy()
        if self.crowded:
            self._let_go_of_patient(now - PATIENCE_S)
        return bool(self.accepting) and self._room > 0

    def maintenance(self, now: float) -> None:
        """Close what is idle, and what has taken too long to send one request."""
        super().maintenance(now)
        given_up = time.monotonic() - REQUEST_S
        for channel in self._waiting():
            if channel.request is not None and channel.waiting_since < given_up:
                channel.will_close = True

    def handle_accept(self) -> None:
        for _ in range(min(AT_ONCE, self._room)):
            try:
                pair = self.accept()
                if pair is None:
                    return
                self.set_socket_options(pair[0])
            except OSError as error:
                log.debug("a connection was lost before it was taken in: %s", error)
                return
            self.channel_class(self, *pair, self.adj, map=self._map)

    def add_task(self, task: Connection) -> None:
        task.queued_since = time.monotonic()
        super().add_task(task)

    def took_in(self, count: int) -> None:
        self._arrived += count

    def _let_go_of_heavy(self) -> None:
        total = sum(channel.held for channel in self.active_channels.values())
        if total <= HELD_LIMIT:
            return
        for channel in sorted(self._waiting(), key=_since):
            if total <= HELD_LIMIT:
                return
            if channel.held:
                total -= channel.held
                channel.handle_close()

    def _let_go_of_patient(self, before: float) -> None:
        long_enough = [channel for channel in self._waiting() if channel.waiting_since < before]
        for channel in heapq.nsmallest(AT_ONCE, long_enough, key=_since):
            channel.handle_close()

    def _waiting(self) -> list[Connection]:
        """Connections whose request is not being answered at this moment."""
        return [channel for channel in self.active_channels.values() if not channel.requests]


def _since(channel: Connection) -> float:
    return channel.waiting_since


def affordable() -> int:
    """How many connections the process may keep, after its limit of open files was raised as far as it may be."""
    wanted = CONNECTIONS + OTHER_FILES + AT_ONCE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    kept = CONNECTIONS if soft == resource.RLIM_INFINITY else min(CONNECTIONS, soft - OTHER_FILES - AT_ONCE)
    if kept < CONNECTIONS:
        log.warning("only %d open files are allowed: at most %d connections are kept", soft, kept)
    return max(kept, AT_ONCE)
