"""From the command line to the first signed-in page: what is printed leads there with one click."""

import http.client
import pathlib
import re
from urllib.parse import urlsplit

from portal import config, wiring
from tests.ops.conftest import Run
from tests.running import RunningPortal

LINK = re.compile(r"https?://\S+/desk/sign-in/link/[\w-]{43}")


def opened(url: str) -> tuple[int, dict[str, str]]:
    """What a click on a link answers."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    connection.request("GET", parts.path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}


def test_init_prints_a_link_that_signs_in(run: Run) -> None:
    answers = "Example\nhttps://status.example.com\nhelp@example.com\nada@example.com\n"
    said = run("init", input=answers).output
    [link] = LINK.findall(said)
    assert link.startswith("https://status.example.com/desk/")
    client = wiring.create_app(wiring.assemble(config.load()), "desk").test_client()
    answer = client.get(urlsplit(link).path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/")


def test_people_are_added_linked_disabled_and_enabled(run: Run) -> None:
    said = run("user", "add", "lea@example.com", "--role", "responder", "--team", "support", "--to-send").output
    client = wiring.create_app(wiring.assemble(config.load()), "desk").test_client()
    path = urlsplit(LINK.findall(said)[0]).path
    assert "Press the button" in client.get(path).text
    other = run("user", "link", "lea@example.com").output.strip()
    assert LINK.fullmatch(other)
    assert client.get(path).status_code == 401, "a new link ends the one before"
    assert client.get(urlsplit(other).path).status_code == 303
    assert "lea@example.com  link" in run("session", "list").output
    assert "support" in run("user", "list").output
    run("user", "disable", "lea@example.com")
    assert client.get("/desk/account").status_code == 303
    assert "Nobody is signed in." in run("session", "list").output
    assert "is disabled" in run("user", "link", "lea@example.com", code=2).output
    run("user", "enable", "lea@example.com")
    assert LINK.search(run("user", "link", "lea@example.com").output)
    assert "There is nobody" in run("user", "link", "eve@example.com", code=2).output


def test_a_session_is_ended_from_the_command_line(run: Run) -> None:
    link = run("user", "add", "ada@example.com", "--role", "admin").output.split()[-1]
    client = wiring.create_app(wiring.assemble(config.load()), "desk").test_client()
    client.get(urlsplit(link).path)
    number = re.search(r"^(\d+)\s+ada@example.com", run("session", "list").output, re.MULTILINE)
    assert number
    run("session", "end", number[1])
    assert client.get("/desk/account").status_code == 303
    assert "may have ended already" in run("session", "end", number[1], code=2).output


def test_a_portal_where_nobody_has_signed_in_prints_a_link_at_its_start(tmp_path: pathlib.Path) -> None:
    portal = RunningPortal(tmp_path / "home")
    with portal:
        assert "user add EMAIL --role admin prints a link" in portal.log.read_text(), "nobody could sign in yet"
    first = portal.command("user", "add", "ada@example.com", "--role", "admin").split()[-1]
    with portal:
        [link] = LINK.findall(portal.log.read_text())
        assert link.startswith(f"{portal.url}/desk/")
        status, headers = opened(link)
        assert (status, headers["location"]) == (303, "/desk/")
        assert headers["set-cookie"].startswith("desk=")
        assert opened(first)[0] == 303, "the one that was printed before works, too"
    with portal:
        pass
    assert len(LINK.findall(portal.log.read_text())) == 1, "not once somebody has signed in"


def test_the_public_side_alone_prints_no_link_and_has_no_desk(tmp_path: pathlib.Path) -> None:
    portal = RunningPortal(tmp_path / "home", "--only", "public")
    portal.command("user", "add", "ada@example.com", "--role", "admin")
    with portal:
        assert LINK.findall(portal.log.read_text()) == []
        assert portal.get("/desk/")[0] == 404
        assert portal.get("/desk/sign-in")[0] == 404
        assert portal.get("/report")[0] == 200


def test_the_audit_log_and_the_settings_are_read_from_the_command_line(run: Run, monkeypatch) -> None:
    monkeypatch.setenv("PORTAL_SMTP__PASSWORD", "of the mail server")
    run("user", "add", "ada@example.com", "--role", "admin")
    run("token", "add", "bot", "--role", "responder")
    assert "ada@example.com" in run("audit").output
    assert "ada@example.com" not in run("audit", "--action", "token").output
    assert "Nothing was recorded" in run("audit", "--subject", "INC-7").output
    assert "since" in run("audit", "--since", "yesterday", code=2).output
    said = run("settings").output
    assert "PORTAL_SMTP__PASSWORD" in said
    assert "of the mail server" not in said
