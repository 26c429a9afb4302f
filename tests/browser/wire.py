"""A door in front of a portal that lets everything through and writes down what came over the wire."""

import contextlib
import http.client
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Wire:
    """What was asked, in order: (path, bytes of the answer with its headers)."""

    url: str = ""
    answers: list[tuple[str, int]] = field(default_factory=list)

    def before(self, path: str) -> "Wire":
        """What was asked before the first request of a path."""
        asked = [one for one, _ in self.answers]
        return Wire(self.url, self.answers[: asked.index(path)] if path in asked else self.answers)

    @property
    def bytes(self) -> int:
        return sum(size for _, size in self.answers)

    def __str__(self) -> str:
        each = ", ".join(f"{path.rstrip('/').rpartition('/')[2] or 'the page'} {size}" for path, size in self.answers)
        return f"{self.bytes / 1024:.1f} KB in {len(self.answers)} requests ({each})"


@contextlib.contextmanager
def listening(url: str) -> Iterator[Wire]:
    """A wire to the portal at `url`, under an address of its own; GET only."""
    wire = Wire()
    portal = urlsplit(url).netloc

    class Door(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            connection = http.client.HTTPConnection(portal, timeout=60)
            connection.request("GET", self.path, headers=dict(self.headers.items()))
            answer = connection.getresponse()
            body = answer.read()
            connection.close()
            headers = "".join(f"{name}: {value}\r\n" for name, value in answer.getheaders() if name != "Connection")
            sent = f"HTTP/1.1 {answer.status} {answer.reason}\r\n{headers}\r\n".encode("latin-1") + body
            wire.answers.append((self.path, len(sent)))
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        wire.url = f"http://127.0.0.1:{server.server_port}"
        yield wire
        server.shutdown()
        thread.join()
