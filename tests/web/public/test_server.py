"""The waitress server around the application, over real sockets."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from portal.web.server import BODY_LIMIT, THREADS, Server

SLOW = """
import sys, threading
from portal.web.server import Server

go_on = threading.Event()
threading.Thread(target=lambda: sys.stdin.readline() and go_on.set(), daemon=True).start()

def application(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        print("begun\\n", end="", flush=True)
        go_on.wait()
    body = environ["PATH_INFO"].encode() * 50_000
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]

server = Server(application, "127.0.0.1", 0)
server.stop_on_signals()
print(server.port, flush=True)
server.run()
print("ended", flush=True)
"""


@contextmanager
def running(application: Callable[..., Iterable[bytes]], **more: Any) -> Iterator[int]:
    server = Server(application, "127.0.0.1", 0, **more)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server.port
    finally:
        server.stop()
        thread.join(30)
        assert not thread.is_alive()


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    seen = {name: environ.get(name) for name in ("REMOTE_ADDR", "wsgi.url_scheme", "HTTP_HOST", "HTTP_X_FORWARDED_FOR")}
    body = json.dumps({**seen, "length": len(environ["wsgi.input"].read())}).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def ask(port: int, method: str = "GET", path: str = "/", **more: Any) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, **more)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_a_stop_answers_the_request_in_flight_and_takes_no_new_ones() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        port = int(process.stdout.readline())
        idle = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        idle.request("GET", "/idle")
        idle.getresponse().read()
        busy = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        busy.request("GET", "/slow")
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGTERM)
        while not refused(port):
            assert process.poll() is None, "it ended before the answer was given"
        process.stdin.write("\n")
        process.stdin.flush()
        answer = busy.getresponse()
        assert (answer.status, answer.read()) == (200, b"/slow" * 50_000)
        assert answer.headers["Connection"] == "close"
        assert process.stdout.readline() == "ended\n", "an idle connection does not hold it up"
        idle.close()
        busy.close()
    assert process.returncode == 0


def test_a_stop_also_answers_what_waits_for_a_free_thread() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        port = int(process.stdout.readline())
        waiting = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(THREADS + 4)]
        for connection in waiting:
            connection.request("GET", "/slow")
        for _ in range(THREADS):
            assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGTERM)
        process.stdin.write("\n")
        process.stdin.flush()
        for connection in waiting:
            with connection.getresponse() as answer:
                assert (answer.status, answer.read()) == (200, b"/slow" * 50_000)
            connection.close()
        assert process.stdout.read().endswith("ended\n")
    assert process.returncode == 0


def test_what_waits_too_long_for_a_free_thread_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """When those that hold the threads are through, the rest hears at once that it may try again."""
    monkeypatch.setattr("portal.web.server.THREADS", 1)
    begun, free = threading.Event(), threading.Event()

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        begun.set()
        assert free.wait(60)
        start_response("200 OK", [("Content-Length", "0")])
        return []

    with running(application) as port:
        first = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        first.request("POST", "/first")
        assert begun.wait(60)
        second = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        second.request("POST", "/second")
        monkeypatch.setattr("portal.web.listening.QUEUED_S", 0.0)
        free.set()
        assert first.getresponse().status == 200
        answer = second.getresponse()
        assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert "Nothing was done" in json.loads(answer.read())["detail"]
        first.close()
        second.close()


def refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except (ConnectionRefusedError, ConnectionResetError):
        return True
    return False


def test_a_body_over_the_limit_is_a_problem_with_413() -> None:
    with running(echo) as port:
        answer, body = ask(port, "POST", body=b"x" * BODY_LIMIT)
        assert (answer.status, json.loads(body)["length"]) == (200, BODY_LIMIT)
        answer, body = ask(port, "POST", headers={"Content-Length": str(BODY_LIMIT + 1)})
    assert (answer.status, answer.headers["Content-Type"]) == (413, "application/problem+json")
    assert json.loads(body)["status"] == 413
    assert "Server" not in answer.headers


def test_a_failing_application_says_nothing_of_its_inside() -> None:
    def fails(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        raise LookupError("a secret")

    with running(fails) as port:
        answer, body = ask(port)
    assert (answer.status, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert b"secret" not in body


def test_forwarded_addresses_are_believed_only_when_a_proxy_is_declared() -> None:
    told = {
        "X-Forwarded-For": "203.0.113.9, 198.51.100.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
    }
    with running(echo) as port:
        _, body = ask(port, headers=told)
    seen = json.loads(body)
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"], seen["HTTP_X_FORWARDED_FOR"]) == ("127.0.0.1", "http", None)
    with running(echo, trusted_proxies=1) as port:
        _, body = ask(port, headers={**told, "X-Forwarded-Proto": "https"})
    seen = json.loads(body)
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("198.51.100.7", "https"), "only the last hop"
    assert "evil" not in seen["HTTP_HOST"]
    with running(echo, trusted_proxies=2) as port:
        _, body = ask(port, headers=told)
    assert json.loads(body)["REMOTE_ADDR"] == "203.0.113.9"


def test_slow_clients_do_not_keep_others_waiting() -> None:
    with running(echo) as port:
        slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(100)]
        for connection in slow:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
        answer, _ = ask(port)
        assert answer.status == 200
        for connection in slow:
            connection.close()
