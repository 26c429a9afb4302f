# ruff: noqa: F811  (pytest hands fixtures over by name)
"""Requests to addresses of strangers: sixty ways to write an internal one, names that change, servers that dawdle."""

import pathlib
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from portal.notify.addresses import Forbidden, is_public
from portal.workers.outward import Outward
from tests.hookserver import certificate  # noqa: F401  (a fixture)

SPELLINGS = """
127.0.0.1 127.1 127.0.1 127.255.255.254 2130706433 0x7f000001 0x7f.1 0x7f.0.0.1 0177.0.0.1 017700000001 0177.1
0.0.0.0 0 0x0 10.0.0.1 10.1 0xa000001 167772161 012.0.0.1 172.16.0.1 172.31.255.255 0xac100001 192.168.0.1 192.168.1
3232235521 0xc0a80001 169.254.169.254 0xa9fea9fe 2852039166 0251.0376.0251.0376 169.254.1 100.64.0.1 198.18.0.1
224.0.0.1 240.0.0.1 255.255.255.255 192.0.0.1 192.0.2.1 [::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1]
[::ffff:7f00:1] [::127.0.0.1] [::ffff:10.0.0.1] [::ffff:169.254.169.254] [64:ff9b::7f00:1] [64:ff9b::10.0.0.1]
[2002:7f00:1::] [2002:a9fe:a9fe::1] [2001:0:7f00:1::1] [fc00::1] [fd00:ec2::254] [fe80::1] [ff02::1] [2001:db8::1]
localhost LOCALHOST localhost. ip6-localhost 127。0。0。1 １２７.0.0.1 ①②⑦.0.0.1
""".split()  # noqa: SIM905


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address that a connection was opened to."""
    seen: list[object] = []

    def note(address: object, *_: object, **__: object) -> socket.socket:
        seen.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", note)
    return seen


def test_there_are_sixty_spellings() -> None:
    assert len(set(SPELLINGS)) >= 60


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_connection_leaves_to_an_internal_address(host: str, connected: list[object]) -> None:
    with pytest.raises((Forbidden, OSError)):
        Outward().post(f"https://{host}/hook", b"{}", {})
    assert not connected


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://",
        "https:///hook",
        "https://user@example.com/",
        "https://user:word@example.com/",
        "https://example.com\\@127.0.0.1/",
        "https://example.com/ two",
        "https://example.com/\r\nHost: other",
        "https://example.com:99999/",
        "https://[::1/",
        "javascript:alert(1)",
        "example.com",
    ],
)
def test_only_plain_https_addresses_are_asked(url: str, connected: list[object]) -> None:
    with pytest.raises(Forbidden):
        Outward(resolve=answering("93.184.216.34")).post(url, b"{}", {})
    assert not connected


def answering(*addresses: str):
    return lambda host, port, **_: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(connected: list[object]) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])

    def rebinding(host: str, port: int, **_: object):
        return answering(next(answers))(host, port)

    with pytest.raises(ConnectionRefusedError):
        Outward(resolve=rebinding).post("https://rebinding.example/", b"{}", {})
    assert connected == [("93.184.216.34", 443)]


def test_a_name_with_an_internal_address_beside_a_public_one_is_not_asked(connected: list[object]) -> None:
    with pytest.raises(Forbidden, match="inside a network"):
        Outward(resolve=answering("93.184.216.34", "10.0.0.1")).post("https://both.example/", b"{}", {})
    assert not connected


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "1.1.1.1"])
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.got.append((self.path, dict(self.headers), self.rfile.read(length)))  # type: ignore[attr-defined]
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "https://hooks.example/elsewhere")
            self.end_headers()
        elif self.path == "/drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for _ in range(200):
                if self.server.over.wait(0.1):  # type: ignore[attr-defined]
                    return
                try:
                    self.wfile.write(b"X-Still: here\r\n")
                except OSError:
                    return
        else:
            self.send_response(200)
            self.end_headers()
            for _ in range(64):
                self.wfile.write(b"x" * 65536)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hooks(certificate: tuple[pathlib.Path, pathlib.Path]) -> Iterator[ThreadingHTTPServer]:
    """A real HTTPS server that calls itself hooks.example."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.over = [], threading.Event()  # type: ignore[attr-defined]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.over.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


def here(certificate: tuple[pathlib.Path, pathlib.Path], timeout_s: float = 10.0) -> Outward:
    trust = ssl.create_default_context(cafile=str(certificate[0]))
    return Outward(answering("127.0.0.1"), permits=lambda address: True, trust=trust, timeout_s=timeout_s)


def test_what_is_sent_arrives_and_little_of_the_answer_is_read(hooks, certificate) -> None:
    port = hooks.server_address[1]
    answer = here(certificate).post(f"https://hooks.example:{port}/hook?a=1", b'{"a": 1}', {"webhook-id": "msg_1"})
    assert (answer.status, len(answer.body)) == (200, 4096)
    (path, headers, body) = hooks.got[0]
    assert (path, body, headers["webhook-id"]) == ("/hook?a=1", b'{"a": 1}', "msg_1")
    assert headers["Host"] == f"hooks.example:{port}"


def test_redirects_are_not_followed(hooks, certificate) -> None:
    answer = here(certificate).post(f"https://hooks.example:{hooks.server_address[1]}/redirect", b"{}", {})
    assert answer.status == 302
    assert [path for path, *_ in hooks.got] == ["/redirect"]


def test_a_server_that_drips_is_given_up(hooks, certificate) -> None:
    with pytest.raises(TimeoutError):
        here(certificate, timeout_s=0.5).post(f"https://hooks.example:{hooks.server_address[1]}/drip", b"{}", {})


def test_a_name_that_is_looked_up_too_long_is_given_up(connected: list[object]) -> None:
    over, asked = threading.Event(), threading.Event()

    def dawdling(*_: object, **__: object):
        asked.set()
        over.wait(60)
        return answering("93.184.216.34")("", 443)

    with pytest.raises(TimeoutError, match="name was not found"):
        Outward(resolve=dawdling, timeout_s=0.1).post("https://slow.example/", b"{}", {})
    over.set()
    assert asked.is_set()
    assert not connected


def test_a_certificate_of_another_name_is_refused(hooks, certificate) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        here(certificate).post(f"https://other.example:{hooks.server_address[1]}/hook", b"{}", {})
    assert not hooks.got
