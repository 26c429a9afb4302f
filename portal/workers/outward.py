"""HTTPS to addresses that strangers typed: never to this machine's own networks, never further than asked.

The name is resolved once, every address it has must be public, and the connection goes to the very address that was
looked at, so that a name which changes its mind in between gains nothing. Redirects are not followed, answers are read
no further than needed, and everything together has one deadline.
"""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from portal.notify.addresses import Forbidden, is_public, parts_of

TIMEOUT_S = 10.0
"""For one request, from the name's resolution to the end of the answer."""
READ_BYTES = 4096
"""So much of an answer is read; the rest is of no interest."""


@dataclass(frozen=True)
class Answer:
    """What a server said: its status and the beginning of its body (bytes)."""

    status: int
    body: bytes


Resolve = Callable[..., Iterable[tuple[Any, ...]]]


class Outward:
    """Posts to the web. `resolve` is socket.getaddrinfo; `permits` says which IP addresses may be connected to."""

    def __init__(
        self,
        resolve: Resolve = socket.getaddrinfo,
        permits: Callable[[str], bool] = is_public,
        trust: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._resolve, self._permits, self._timeout = resolve, permits, timeout_s
        self._trust = trust or ssl.create_default_context()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send one POST. Raises Forbidden for an address that may not be asked, OSError when the network fails."""
        host, port, path = parts_of(url)
        began = time.monotonic()
        address = self._address(host, port)
        left = max(self._timeout - (time.monotonic() - began), 0.001)
        connection = _Pinned(host, port, address, self._trust, left)
        end = threading.Timer(left, connection.cut)
        end.daemon = True
        end.start()
        try:
            connection.request("POST", path, body, {"Connection": "close", **headers})
            response = connection.getresponse()
            answer = Answer(response.status, response.read(READ_BYTES))
        except OSError:
            raise
        except (http.client.HTTPException, ValueError) as error:
            raise OSError(f"no answer of HTTP: {type(error).__name__}") from error
        finally:
            end.cancel()
            connection.close()
        if connection.was_cut:
            raise TimeoutError(f"no whole answer within {self._timeout:.0f} s")
        return answer

    def _address(self, host: str, port: int) -> str:
        """The one address to connect to; a name that has an internal one beside it is not asked at all."""
        found = [one[4][0] for one in self._look_up(host, port)]
        if not found:
            raise OSError(f"{host} has no address")
        if not all(self._permits(one) for one in found):
            raise Forbidden(f"{host} is an address inside a network; give one that the whole internet can reach.")
        return str(found[0])

    def _look_up(self, host: str, port: int) -> list[tuple[Any, ...]]:
        """What the system's resolver says in time. It can't be stopped: its thread ends by itself, and nobody waits."""
        found: Future[list[tuple[Any, ...]]] = Future()

        def look() -> None:
            try:
                found.set_result(list(self._resolve(host, port, type=socket.SOCK_STREAM)))
            except (OSError, ValueError) as error:
                found.set_exception(error)

        threading.Thread(target=look, name="look-up", daemon=True).start()
        try:
            return found.result(self._timeout)
        except TimeoutError as error:
            raise TimeoutError(f"the name was not found within {self._timeout:.0f} s") from error


class _Pinned(http.client.HTTPSConnection):
    """A connection to one address, with the certificate of the name."""

    def __init__(self, host: str, port: int, address: str, trust: ssl.SSLContext, timeout_s: float) -> None:
        super().__init__(host, port, context=trust, timeout=timeout_s)
        self._address, self._trust = address, trust
        self.was_cut = False

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), timeout=self.timeout)
        self.sock = self._trust.wrap_socket(self.sock, server_hostname=self.host)
        if self.was_cut:  # it was the plain socket below that was ended, which this one does not know
            raise TimeoutError("the handshake took all of the time")

    def cut(self) -> None:
        """End it from another thread: whoever reads gets no more, however slowly the other side drips."""
        self.was_cut = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
