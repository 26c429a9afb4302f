"""One key, sent a hundred times at once and across a kill: one effect, and the same answer to everybody."""

import http.client
import json
import signal
import sqlite3
import threading
import time

from tests.proofs import FULL
from tests.running import RunningPortal

AT_ONCE = 100
KILLS = 25 if FULL else 2
BODY = "Part {} of the Search cluster still answers slowly for some customers; we are restarting it."


class Client:
    def __init__(self, portal: RunningPortal) -> None:
        self.port = portal.port
        token = portal.command("token", "add", "repeating", "--role", "admin").strip()
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def __call__(self, path: str, body: dict, key: str) -> tuple[int, dict, bool] | None:
        """(status, answer without `published`, whether it is a repetition); None when there was no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request("POST", f"/api/v1{path}", json.dumps(body), self.headers | {"Idempotency-Key": key})
            answer = connection.getresponse()
            said = json.loads(answer.read())
            said.pop("published", None)  # it tells of the moment of the answer
            return answer.status, said, "idempotent-replayed" in answer.headers
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def until_answered(self, path: str, body: dict, key: str) -> tuple[int, dict, bool]:
        while (answer := self(path, body, key)) is None or answer[0] in (429, 503):
            time.sleep(0.05)
        return answer


def bodies(portal: RunningPortal) -> list[str]:
    with sqlite3.connect(portal.home / "portal.db") as db:
        return [row[0] for row in db.execute("SELECT body FROM post")]


def test_a_hundred_requests_with_one_key_are_one_post(tmp_path, tell):
    with RunningPortal(tmp_path / "home") as portal:
        client = Client(portal)
        declare = {"title": "Search is slow"}
        gate, answers = threading.Barrier(AT_ONCE), []

        def send(path: str, body: dict) -> None:
            gate.wait()
            answers.append(client.until_answered(path, body, f"once{path}"))

        for path, body in (
            ("/incidents", declare),
            ("/incidents/INC-1/posts", {"state": "identified", "body": BODY.format("a"), "confirm": True}),
        ):
            answers.clear()
            threads = [threading.Thread(target=send, args=(path, body)) for _ in range(AT_ONCE)]
            for one in threads:
                one.start()
            for one in threads:
                one.join()
            assert [status for status, _, _ in answers] == [201] * AT_ONCE
            assert all(said == answers[0][1] for _, said, _ in answers)
            assert sum(repeated for _, _, repeated in answers) == AT_ONCE - 1
        assert len(bodies(portal)) == 1
        with sqlite3.connect(portal.home / "portal.db") as db:
            assert db.execute("SELECT count(*) FROM incident").fetchone()[0] == 1
            assert db.execute("SELECT count(*) FROM audit WHERE action = 'post'").fetchone()[0] == 1
        page = portal.get(f"/incidents/{answers[0][1]['public_url'].split('/')[4]}/")[2].decode()
        assert page.count('<li class="post"') == 1
    tell("one key", f"{AT_ONCE} requests at once: 1 effect, {AT_ONCE} times the same answer")


def test_a_key_outlives_the_portal_that_was_killed(tmp_path, tell):
    """Killed at a moment that moves through a post's way; the client asks the next portal with the same key."""
    unanswered = 0
    with RunningPortal(tmp_path / "home") as portal:
        client = Client(portal)
        client.until_answered("/incidents", {"title": "Search is slow"}, "declared")
        for turn in range(KILLS):
            post = {"state": "identified", "body": BODY.format(f"b{turn}e"), "confirm": True}
            path, key = "/incidents/INC-1/posts", f"killed-{turn}"
            first: list[tuple[int, dict, bool] | None] = []
            sending = threading.Thread(target=lambda: first.append(client(path, post, key)))  # noqa: B023
            sending.start()
            time.sleep(turn % 25 * 0.012)  # where it hits does not matter, only that it differs
            portal.stop(signal.SIGKILL)
            sending.join()
            portal.__enter__()
            again = client.until_answered(path, post, key)
            assert again[0] == 201
            unanswered += first[0] is None
            if first[0] is not None:
                assert again == (*first[0][:2], True), "another answer than before the kill"
            assert client.until_answered(path, post, key) == (*again[:2], True)
            assert client(path, post | {"notify": False}, key)[0] == 422
    said = bodies(portal)
    assert sorted(said) == sorted(set(said))
    assert len(said) == KILLS
    tell("one key, kill -9", f"{KILLS} kills, {unanswered} requests lost their answer: each 1 effect, the same answer")
