"""Runs the WSGI application under waitress: explicit limits, and a stop that loses no request."""

import copy
import json
import logging
import signal
import time
from collections.abc import Callable, Iterable
from typing import Any

from waitress import wasyncore
from waitress.parser import HTTPRequestParser
from waitress.proxy_headers import PROXY_HEADERS, MalformedProxyHeader, clear_untrusted_headers, parse_proxy_headers
from waitress.task import ErrorTask, WSGITask

from portal.web.listening import Connection, Listener
from portal.web.unpacking import UPLOAD_LIMIT

log = logging.getLogger(__name__)

BODY_LIMIT = 1024 * 1024
"""Bytes of a request body; a larger one is answered with 413."""
UPLOADS = {"/desk/files/import": UPLOAD_LIMIT}
"""Addresses that take larger ones."""
HEADER_LIMIT = 32 * 1024
"""Bytes of a request's headers; more are answered with 431."""
THREADS = 64
"""Answers at once. One that waits for its publication costs nothing, and those that wait together share it."""
IDLE_S = 60
"""A connection on which nothing happens for so long is closed."""
LAST_CALL_S = 0.25
"""How long a stop still takes requests in: those that were on the wire when the signal came."""
GRACE_S = 18.0
"""How long a stop waits for the requests in flight."""

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Problem(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """What waitress refuses before the application sees it, in the shape of all other errors."""

    def execute(self) -> None:
        error = self.request.error
        body = _problem(error.code, error.reason, _detail(error.code, self.request.adj.max_request_body_size - 1))
        self.status = f"{error.code} {error.reason}"
        self.response_headers += PROBLEM_HEADERS + ([("Retry-After", "1")] if error.code == 503 else [])
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


PROBLEM_HEADERS = [("Content-Type", "application/problem+json"), ("X-Content-Type-Options", "nosniff")]


def _problem(status: int, title: str, detail: str) -> bytes:
    return json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail}).encode()


def _detail(status: int, body_limit: int) -> str:
    if status == 413:
        return f"A request body has at most {body_limit:,} bytes; send less at once."
    if status == 431:
        return f"The request's headers are too large; send at most {HEADER_LIMIT:,} bytes."
    if status == 501:
        return "This transfer encoding is not known here; send the body with its length, or in chunks."
    if status < 500:
        return "The request is not HTTP as RFC 9112 has it; correct what sends it."
    if status == 503:
        return "More is asked than the portal can answer. Nothing was done; send the request again in a second."
    return "The portal could not answer; its log says why."


class Answer(WSGITask):  # type: ignore[misc]
    """Closes the connection behind an answer that is given while the server stops, and behind one of several requests
    that were sent at once while others wait to be let in."""

    def build_response_header(self) -> bytes:
        server = self.channel.server
        if server.stopping or (server.crowded and len(self.channel.requests) > 1):
            self.set_close_on_finish()
        header: bytes = super().build_response_header()
        return header


class Request(HTTPRequestParser):  # type: ignore[misc]
    """Knows how large a body may be when it has read where it goes."""

    adj: Any

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if limit := UPLOADS.get(getattr(self, "path", "")):
            self.adj = copy.copy(self.adj)
            self.adj.max_request_body_size = limit + 1


class Channel(Connection):
    parser_class = Request
    task_class = Answer
    error_task_class = Problem


class Server:
    """A listening portal. `run` returns when a stop was asked for and the requests in flight have been answered."""

    def __init__(self, application: Application, host: str, port: int, trusted_proxies: int = 0) -> None:
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line per request under load says nothing
        self._waitress = Listener(
            believing(application, trusted_proxies),
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            max_request_body_size=BODY_LIMIT + 1,  # waitress refuses what reaches its limit
            max_request_header_size=HEADER_LIMIT,
            channel_timeout=IDLE_S,
            cleanup_interval=10,
            backlog=1024,
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=False,  # `believing` does it
        )
        self._waitress.channel_class = Channel
        self._waitress.accept_connections()

    @property
    def port(self) -> int:
        return int(self._waitress.effective_port)

    def run(self) -> None:
        """Serve until `stop` is called (from a signal handler or another thread), then finish what is in flight."""
        while not self._waitress.stopping:
            self._turn(1.0 if not self._waitress.crowded else 0.1)
        self._drain()

    def stop(self) -> None:
        """Ask for the stop; safe in a signal handler."""
        self._waitress.stopping = True
        self._waitress.pull_trigger()

    def stop_on_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._waitress._map, count=1)

    def _drain(self) -> None:
        """Answer what has arrived, including connections that wait to be accepted, then close."""
        begun = time.monotonic()
        listening = self._waitress
        while time.monotonic() < begun + LAST_CALL_S:
            self._turn(0.05)
        taken = -1
        while taken != len(listening.active_channels):
            taken = len(listening.active_channels)
            listening.handle_accept()
        listening.accepting = False
        listening.del_channel(listening._map)
        listening.socket.close()
        while time.monotonic() < begun + GRACE_S:
            for channel in list(listening.active_channels.values()):
                if not channel.busy and channel.last_activity < time.time() - LAST_CALL_S:
                    channel.handle_close()
            if not listening.active_channels:
                break
            self._turn(0.1)
        else:
            log.warning("stopped with %d connections still busy", len(listening.active_channels))
        listening.task_dispatcher.shutdown(timeout=1)
        wasyncore.close_all(listening._map, ignore_all=True)


def believing(application: Application, proxies: int) -> Application:
    """Believe the last `proxies` hops of X-Forwarded-For and their X-Forwarded-Proto; none when 0. Nothing else that is
    said to have been forwarded reaches the application."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        unbelieved = PROXY_HEADERS
        if proxies:
            try:
                unbelieved = parse_proxy_headers(environ, proxies, {"x-forwarded-for", "x-forwarded-proto"})
            except MalformedProxyHeader as malformed:
                said = f"The header {malformed.header} can't be read; let the proxy in front of the portal set it."
                body = _problem(400, "Bad Request", said)
                start_response("400 Bad Request", [*PROBLEM_HEADERS, ("Content-Length", str(len(body)))])
                return [body]
        clear_untrusted_headers(environ, unbelieved)
        return application(environ, start_response)

    return answer
