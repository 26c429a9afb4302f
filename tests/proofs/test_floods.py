"""Thousands of connections, slow and huge requests: refused or harmless. Readers are served, posts become public."""

import json
import resource
import socket
import statistics
import threading
import time

import pytest
from waitress.server import TcpWSGIServer

from portal.web import listening
from portal.web.server import BODY_LIMIT, Server
from tests.proofs import FULL
from tests.proofs.flooding import Flood, may_open, memory_watched, raw, seconds
from tests.running import RunningPortal

OPEN = 10_000 if FULL else 2_200
READS = 50 if FULL else 10
POST = b"POST /api/v1/incidents HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer x\r\n"
FEW_FILES = 1024
"""The usual limit of open files, which a process may raise itself."""

FLOODS = {
    "idle": (b"", b""),
    "half a first line": (b"GET /hist", b""),
    "headers that dribble": (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-a: b\r\n"),
    "bodies that dribble": (POST + b"Content-Length: 1000000\r\n\r\n{", b" "),
    "chunks that dribble": (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "answers that nobody reads": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 4, b""),
}


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    """A portal that starts with few open files allowed, as most systems have it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FEW_FILES, hard), hard))
    running = RunningPortal(tmp_path_factory.mktemp("floods") / "home")
    with running:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        running.token = running.command("token", "add", "flooded", "--role", "admin").strip()
        running.command("component", "add", "Search")
        yield running
        log = running.log.read_text()
        assert "Traceback" not in log, log[-3000:]
        assert len(log) < 20_000, "a flood does not fill the log"


def read(portal: RunningPortal) -> None:
    status, _, body = portal.get("/")
    assert status == 200
    assert b"</html>" in body


def publish(portal: RunningPortal, mark: str) -> None:
    """A post that becomes public."""
    headers = {"Authorization": f"Bearer {portal.token}", "Content-Type": "application/json"}
    words = f"Searches in the Search component fail for some customers ({mark}). Mail support@example.com."
    post = {"state": "investigating", "body": words, "confirm": True}
    body = {"title": f"Search fails {mark}", "severity": "major", "customer_impact": "yes", "post": post}
    status, _, answer = portal.request("POST", "/api/v1/incidents", body, headers)
    assert status == 201, answer
    limit = time.monotonic() + 60
    while mark.encode() not in portal.get("/updates.rss")[2]:
        assert time.monotonic() < limit, "the post is not public"


@pytest.mark.parametrize("name", FLOODS)
def test_readers_are_served_while_connections_flood_in(portal, name, tell):
    first, drops = FLOODS[name]
    with memory_watched(portal) as grown, Flood(portal.port, may_open(OPEN), first, drops) as flood:
        took = sorted(seconds(READS, lambda: read(portal)))
        publish(portal, f"mark{list(FLOODS).index(name)}")
        assert portal.get("/readyz")[0] == 200
    assert grown[0] < 200 * 1024 * 1024
    tell(
        f"flood: {name}",
        f"{flood.opened:,} connections, {len(took)} of {READS} pages read, the middle one in"
        f" {1000 * statistics.median(took):.0f} ms, the slowest in {1000 * took[-1]:.0f} ms;"
        f" {grown[0] // 2**20} MiB more memory",
    )


def test_bodies_that_stop_just_before_the_end_fill_no_memory(portal, tell):
    count = 1500 if FULL else 250
    first = POST + b"Content-Length: %d\r\n\r\n" % BODY_LIMIT + b" " * (500 * 1024)
    with memory_watched(portal) as grown, Flood(portal.port, count, first) as flood:
        took = sorted(seconds(READS, lambda: read(portal)))
    assert grown[0] < 200 * 1024 * 1024
    tell(
        "flood: halves of large bodies",
        f"{flood.opened:,} x 500 KiB, {len(took)} pages read; {grown[0] // 2**20} MiB more memory",
    )


TEN_MB = b" " * (10 * 1024 * 1024)
HUGE = {
    "with its length": POST + b"Content-Length: %d\r\n\r\n" % len(TEN_MB) + TEN_MB,
    "in chunks": POST
    + b"Transfer-Encoding: chunked\r\n\r\n"
    + (b"10000\r\n" + TEN_MB[:65536] + b"\r\n") * 160
    + b"0\r\n\r\n",
    "after asking": POST + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(TEN_MB),
}


@pytest.mark.parametrize("name", HUGE)
def test_a_body_of_ten_megabytes_is_refused(portal, name, tell):
    """The answer may be lost when the client does not stop sending; the connection is closed in any case."""
    count, answers = (100 if FULL else 4), []
    with memory_watched(portal) as grown:
        for _ in range(count):
            heard = raw(portal.port, HUGE[name])
            if heard:
                head, _, body = heard.partition(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 413 "), head
                assert json.loads(body)["status"] == 413
                answers.append(heard)
            read(portal)
    assert answers or name != "after asking", "whoever asks first hears the refusal"
    assert grown[0] < 100 * 1024 * 1024
    tell(f"10 MB bodies {name}", f"{count} refused ({len(answers)} heard the 413); {grown[0] // 2**20} MiB more memory")


MALFORMED = {
    "a header line of a megabyte": b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 2**20 + b"\r\n\r\n",
    "a hundred thousand headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 100_000 + b"\r\n",
    "an address of a megabyte": b"GET /" + b"a" * 2**20 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a length and chunks": POST
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    "a length below zero": POST + b"Content-Length: -1\r\n\r\n{}",
    "a length that is no number": POST + b"Content-Length: 1e9\r\n\r\n{}",
    "a chunk of no length": POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"z" * 4000 + b"\r\n",
    "a chunk of a length below zero": POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n",
    "another encoding": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\nHost: x\r\nX-A: a\r\n b\r\n\r\n",
    "a line feed in a header": b"GET / HTTP/1.1\r\nHost: x\r\nX-A: a\nB: c\r\n\r\n",
    "bytes that are no request": bytes(range(256)) * 20 + b"\r\n\r\n",
    "a secure greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500 + b"\r\n\r\n",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_requests_are_refused_in_words(portal, name):
    with memory_watched(portal) as grown:
        request = MALFORMED[name].replace(b"Host: x\r\n", b"Host: x\r\nConnection: close\r\n", 1)
        heard = raw(portal.port, request)
    head, _, body = heard.partition(b"\r\n\r\n")
    if heard and not head.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200")):
        status = int(head.split(b" ", 2)[1])
        assert status in (400, 401, 404, 413, 431, 501), heard[:200]
        said = json.loads(body) if b"problem+json" in head else {"status": status, "detail": "x."}
        assert said["status"] == status
        assert said["detail"].endswith(".")
    assert heard.count(b"HTTP/1.") <= 1, "one request, one answer"
    assert grown[0] < 100 * 1024 * 1024
    read(portal)


def hello(environ, start_response):
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


@pytest.mark.parametrize("policy", ["ours", "waitress' own"])
def test_the_oldest_waiting_make_room(monkeypatch: pytest.MonkeyPatch, policy: str):
    """With the policy that waitress has itself, the reader waits in vain: so the proof above can fail."""
    monkeypatch.setattr(listening, "CONNECTIONS", 50)
    if policy != "ours":
        monkeypatch.setattr(listening.Listener, "readable", TcpWSGIServer.readable)
        monkeypatch.setattr(listening.Listener, "_let_go_of_patient", lambda *_: None)
    server = Server(hello, "127.0.0.1", 0)
    server._waitress.adj.connection_limit = 50
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        with Flood(server.port, 200):
            request = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            if policy == "ours":
                assert raw(server.port, request).endswith(b"hello")
            else:
                with pytest.raises(TimeoutError):
                    raw(server.port, request, timeout=2)
    finally:
        server.stop()
        thread.join(60)
    assert not thread.is_alive()


def test_a_connection_that_is_being_answered_stays(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(listening, "CONNECTIONS", 50)
    go_on = threading.Event()

    def slow(environ, start_response):
        go_on.wait(60)
        return hello(environ, start_response)

    server = Server(slow, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as asker:
            asker.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            with Flood(server.port, 300):
                go_on.set()
                heard = b""
                while chunk := asker.recv(4096):
                    heard += chunk
        assert heard.endswith(b"hello")
    finally:
        server.stop()
        thread.join(60)


def test_few_open_files_mean_few_connections(monkeypatch: pytest.MonkeyPatch, caplog):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 1024))
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    assert listening.affordable() == 1024 - listening.OTHER_FILES - listening.AT_ONCE
    assert "only 1024 open files" in caplog.text
