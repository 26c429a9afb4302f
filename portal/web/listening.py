"""Which connections the server keeps when more people knock than it can hold."""

import errno
import heapq
import logging
import resource
import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

log = logging.getLogger(__name__)

CONNECTIONS = 2000
OTHER_FILES = 256
"""File descriptors that are left for the database, the publisher and bodies that wait in files."""
AT_ONCE = 64
"""Connections that are taken in, and let go, in one turn of the loop."""
UNREAD_LIMIT = 64 * 1024 * 1024
"""Bytes of requests that have not arrived whole, over all connections."""
UNREAD_STEP = 4 * 1024 * 1024
"""Bytes that arrive between two looks at that sum."""
REQUEST_S = 120
"""A request that has not arrived whole after so long is given up, however steadily it trickles."""


class Connection(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection that knows since when it waits for its client."""

    def __init__(self, server: "Listener", *more: Any, **named: Any) -> None:
        self.waiting_since = time.monotonic()
        super().__init__(server, *more, **named)

    @property
    def busy(self) -> bool:
        """Whether a request is being read or answered, or an answer is still on its way out."""
        return bool(self.requests or self.request is not None or self.total_outbufs_len)

    @property
    def unread(self) -> int:
        """Bytes of the request that is still arriving."""
        request = self.request
        return request.header_bytes_received + request.body_bytes_received if request is not None else 0

    def received(self, data: bytes) -> bool:
        taken: bool = super().received(data)
        self.server.took_in(len(data))
        return taken

    def service(self) -> None:
        super().service()
        self.waiting_since = time.monotonic()


class Listener(TcpWSGIServer):  # type: ignore[misc]
    """Takes every connection in; when there are too many, those go that have waited longest for their client."""

    stopping = False
    next_channel_cleanup = 0.0
    _taken_in = 0

    def __init__(self, application: Any, **adjustments: Any) -> None:
        self.limit = affordable()
        super().__init__(application, _start=False, connection_limit=2**31, **adjustments)

    def readable(self) -> bool:
        now = time.time()
        if now >= self.next_channel_cleanup:
            self.next_channel_cleanup = now + self.adj.cleanup_interval
            self.maintenance(now)
        return bool(self.accepting)

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        given_up = time.monotonic() - REQUEST_S
        for channel in self.active_channels.values():
            if channel.request is not None and not channel.requests and channel.waiting_since < given_up:
                channel.will_close = True

    def handle_accept(self) -> None:
        """Take in all that wait, up to `AT_ONCE`, then let as many go as are too many.

        In this order: a descriptor that is free again belongs to no new connection in the same turn of the loop, where
        an event for the old one may still be waiting.
        """
        for _ in range(AT_ONCE):
            try:
                pair = self.accept()
                if pair is None:
                    break
                self.set_socket_options(pair[0])
            except OSError as error:
                if error.errno in (errno.EMFILE, errno.ENFILE):
                    self._let_go(AT_ONCE)
                break
            self.channel_class(self, *pair, self.adj, map=self._map)
        self._let_go(len(self.active_channels) - self.limit)

    def took_in(self, count: int) -> None:
        """Now and then look how much has arrived of requests that are not whole; too much: the oldest of them go."""
        self._taken_in += count
        if self._taken_in < UNREAD_STEP:
            return
        self._taken_in = 0
        total = sum(channel.unread for channel in self.active_channels.values())
        for channel in sorted(self._waiting(), key=_oldest_first):
            if total <= UNREAD_LIMIT:
                break
            total -= channel.unread
            channel.will_close = True

    def _let_go(self, count: int) -> None:
        if count <= 0:
            return
        for channel in heapq.nsmallest(count, self._waiting(), key=_oldest_first):
            channel.handle_close()

    def _waiting(self) -> list[Connection]:
        """Connections whose request is not being answered at this moment."""
        return [channel for channel in self.active_channels.values() if not channel.requests]


def _oldest_first(channel: Connection) -> tuple[bool, float]:
    """Those that fetch an answer go after those that do nothing or send slowly."""
    return bool(channel.total_outbufs_len), channel.waiting_since


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
