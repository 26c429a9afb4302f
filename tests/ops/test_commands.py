"""The commands that run and keep a portal, called as a person calls them."""

import errno
import importlib
import json
import pathlib
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import datetime, tzinfo

import pytest

from portal.cli import COMMANDS, backup, main
from portal.cli.running import alone, in_use
from tests.ops.conftest import Run

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_help_names_every_command_with_a_sentence(run: Run) -> None:
    shown = run("--help").output
    for name, (_, said) in COMMANDS.items():
        assert name in shown
        assert said.split()[0] in shown


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(run: Run, name: str) -> None:
    assert len(run(name, "--help").output.splitlines()) >= 3
    assert main.commands == {}, "commands are imported only when they are called"


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").output == "portal 0.1.0\n"


def test_a_misspelt_setting_is_one_sentence_and_exit_code_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SITE_ULR", "https://status.example.com")
    said = run("token", "list", code=2).output
    assert "there is no such setting" in said
    assert "Traceback" not in said


def test_a_disk_that_takes_nothing_is_one_sentence_and_exit_code_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", "/srv/portal/home.lock")

    monkeypatch.setattr("portal.config.load", full)
    for name in ("check", "build", "serve", "export"):
        words = [name, "elsewhere"] if name == "export" else [name]
        assert run(*words, code=2).output == "/srv/portal/home.lock can't be written: Read-only file system.\n"


def test_token_add_prints_the_token_alone(run: Run) -> None:
    token = run("token", "add", "deploy", "--role", "messenger").output
    assert token.startswith("abp_")
    assert token.count("\n") == 1
    listed = run("token", "list").output
    assert "deploy" in listed
    assert token.strip() not in listed
    assert "already" in run("token", "add", "deploy", "--role", "messenger", code=2).output
    run("token", "revoke", "deploy")
    run("token", "revoke", "deploy", code=2)


def test_people_are_added_with_their_roles(run: Run) -> None:
    run("user", "add", "mara@example.com", "--role", "messenger", "--role", "responder", "--name", "Mara Example")
    assert "Mara Example" in run("user", "list").output
    assert "no mail address" in run("user", "add", "nobody", "--role", "admin", code=2).output


def test_init_writes_private_settings_and_makes_an_admin(run: Run, tmp_path: pathlib.Path) -> None:
    answers = 'Example "Status"\nhttps://status.example.com/\nhelp@example.com\nada@example.com\n'
    token = run("init", input=answers).output.splitlines()[-1]
    assert token.startswith("abp_")
    file = tmp_path / "portal.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "ada@example.com" in run("user", "list").output
    before = file.read_text()
    assert "already" in run("init", input=answers, code=2).output
    assert file.read_text() == before


@pytest.mark.parametrize(
    "flags", [("--site-url", "status.example.com"), ("--support-email", "help"), ("--admin", "ada")]
)
def test_init_refuses_what_can_not_work_and_leaves_no_file(
    run: Run, tmp_path: pathlib.Path, flags: tuple[str, str]
) -> None:
    given = {
        "--name": "Example",
        "--site-url": "https://status.example.com",
        "--support-email": "help@example.com",
        "--admin": "ada@example.com",
    }
    words = [word for pair in {**given, flags[0]: flags[1]}.items() for word in pair]
    run("init", *words, code=2)
    assert not (tmp_path / "portal.toml").exists()


def test_build_then_check_agree(run: Run) -> None:
    run("component", "add", "Search")
    assert "Published change" in run("build").output
    assert "All is as it must be" in run("check").output


@pytest.mark.parametrize("words", [("build",), ("component", "add", "Sign-in"), ("check",)])
def test_a_folder_in_the_place_of_the_link_is_left_alone_and_named(
    run: Run, tmp_path: pathlib.Path, words: tuple[str, ...]
) -> None:
    run("component", "add", "Search")
    link = tmp_path / "var" / "site"
    link.unlink()
    link.mkdir()
    (link / "index.html").write_text("somebody's own")
    assert "move it away" in run(*words, code=2).output
    assert [path.name for path in (tmp_path / "var").glob("site*")] == ["site"]
    assert (link / "index.html").read_text() == "somebody's own"
    shutil.rmtree(link)
    run("build")
    run("check")


def test_check_names_what_differs(run: Run, tmp_path: pathlib.Path) -> None:
    run("component", "add", "Search")
    page = tmp_path / "var" / "site" / "index.html"
    page.write_text(page.read_text().replace("Search", "Surch"))
    assert "index.html" in run("check", code=1).output


def test_check_sees_a_forged_audit_log(run: Run, tmp_path: pathlib.Path) -> None:
    run("component", "add", "Search")
    db = sqlite3.connect(tmp_path / "var" / "portal.db")
    db.execute("DROP TRIGGER audit_no_update")
    db.execute("UPDATE audit SET actor = 'somebody else'")
    db.commit()
    db.close()
    assert "audit: row 1 was changed" in run("check", code=1).output


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        ("DROP TRIGGER timeline_no_delete", "schema: the trigger timeline_no_delete is missing"),
        (
            "DROP VIEW public_followup; CREATE VIEW public_followup AS SELECT * FROM followup",
            "schema: the view public_followup was changed",
        ),
        (
            "CREATE TRIGGER publish AFTER INSERT ON incident BEGIN UPDATE incident SET security = 0; END",
            "schema: the trigger publish is not the portal's",
        ),
        ("DROP TRIGGER audit_no_delete; DELETE FROM audit WHERE id = 2", "audit: rows 2 to 2 are missing"),
    ],
)
def test_check_and_restore_see_what_was_done_to_a_database(
    run: Run, tmp_path: pathlib.Path, statements: str, said: str
) -> None:
    run("component", "add", "Search")
    run("component", "add", "Sign-in")
    run("backup", "copy.db")
    run("check")
    for path in (tmp_path / "copy.db", tmp_path / "var" / "portal.db"):
        db = sqlite3.connect(path)
        db.executescript(statements)
        db.close()
    assert said in run("check", code=1).output
    assert said in run("restore", "copy.db", "--force", code=2).output


def test_check_does_not_mind_an_index_that_somebody_added(run: Run, tmp_path: pathlib.Path) -> None:
    run("component", "add", "Search")
    db = sqlite3.connect(tmp_path / "var" / "portal.db")
    db.executescript("CREATE INDEX by_author ON post(author); CREATE TABLE _notes (text); ANALYZE")
    db.close()
    run("check")


def test_check_without_a_database_says_so_and_makes_none(run: Run, tmp_path: pathlib.Path) -> None:
    assert "there is none" in run("check", code=1).output
    assert not (tmp_path / "var" / "portal.db").exists()


def test_the_database_is_readable_by_its_owner_alone(run: Run, tmp_path: pathlib.Path) -> None:
    run("component", "add", "Search")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "var").glob("portal.db*")} == {0o600}


def test_a_backup_comes_back(run: Run, tmp_path: pathlib.Path) -> None:
    run("component", "add", "Search")
    run("backup", "copy.db")
    copy = tmp_path / "copy.db"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert "exists" in run("backup", "copy.db", code=2).output
    epoch = read_published(tmp_path)["epoch"]
    run("component", "add", "Sign-in")
    assert "Say --force" in run("restore", "copy.db", code=2).output
    said = run("restore", "copy.db", "--force").output
    assert "is kept as" in said
    assert "Sign-in" not in (tmp_path / "var" / "site" / "index.html").read_text()
    assert "Search" in (tmp_path / "var" / "site" / "index.html").read_text()
    assert read_published(tmp_path)["epoch"] != epoch, "a restore draws a new epoch"
    run("check")
    aside = next((tmp_path / "var").glob("portal-before-restore-*.db"))
    run("restore", str(aside), "--force")
    assert "Sign-in" in (tmp_path / "var" / "site" / "index.html").read_text(), "what was there can be put back"


def test_restores_of_one_second_keep_every_database(run: Run, tmp_path: pathlib.Path, monkeypatch) -> None:
    class OneSecond(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime(2026, 11, 23, 14, 0, tzinfo=tz)

    monkeypatch.setattr(backup, "datetime", OneSecond)
    run("component", "add", "Search")
    run("backup", "copy.db")
    run("component", "add", "Sign-in")
    run("restore", "copy.db", "--force")
    (aside,) = (tmp_path / "var").glob("portal-before-restore-*.db")
    run("restore", str(aside), "--force")
    assert "Sign-in" in (tmp_path / "var" / "site" / "index.html").read_text(), "what was there can be put back"
    assert len(list((tmp_path / "var").glob("portal-before-restore-*.db"))) == 2


def read_published(folder: pathlib.Path) -> dict[str, str]:
    read: dict[str, str] = json.loads((folder / "var" / "site" / "published.json").read_text())
    return read


@pytest.mark.parametrize("content", [b"", b"no database at all", b"SQLite format 3\x00" + b"\x00" * 2000])
def test_a_broken_backup_changes_nothing(run: Run, tmp_path: pathlib.Path, content: bytes) -> None:
    run("component", "add", "Search")
    before = (tmp_path / "var" / "portal.db").read_bytes()
    (tmp_path / "broken.db").write_bytes(content)
    said = run("restore", "broken.db", "--force", code=2).output
    assert "Nothing was changed" in said
    assert (tmp_path / "var" / "portal.db").read_bytes() == before
    run("check")


@pytest.mark.parametrize(
    "words", [("component", "add", "Sign-in"), ("build",), ("check",), ("backup", "other.db"), ("export", "out")]
)
def test_no_command_touches_a_home_while_a_backup_is_put_in_place(
    run: Run, tmp_path: pathlib.Path, words: tuple[str, ...]
) -> None:
    run("component", "add", "Search")
    with alone(tmp_path / "var"):
        assert "is being restored" in run(*words, code=2).output
    run("backup", "copy.db")
    with in_use(tmp_path / "var"):
        assert "Stop it, then restore" in run("restore", "copy.db", "--force", code=2).output
    run(*words)


def test_a_backup_of_a_later_version_is_refused(run: Run, tmp_path: pathlib.Path) -> None:
    run("component", "add", "Search")
    run("backup", "later.db")
    db = sqlite3.connect(tmp_path / "later.db")
    db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('portal', 'm999_later', '')")
    db.commit()
    db.close()
    assert "later version" in run("restore", "later.db", "--force", code=2).output


def test_export_holds_everything_but_secrets(run: Run, tmp_path: pathlib.Path) -> None:
    token = run("token", "add", "deploy", "--role", "admin").output.strip()
    run("component", "add", "Search")
    run("incident", "declare", "Search is slow", "--severity", "major")
    run("export", "out")
    exported = {path.name: path.read_text() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert "# Search is slow" in exported["INC-1.md"]
    assert json.loads(exported["component.jsonl"])["name"] == "Search"
    assert json.loads(exported["api_token.jsonl"])["name"] == "deploy"
    assert not any(token in text or "token_hash" in text for text in exported.values())
    assert "sign_in_link.jsonl" not in exported
    assert "not empty" in run("export", "out", code=2).output


def test_headers_for_other_web_servers_need_a_release(run: Run) -> None:
    assert "portal build" in run("headers", "nginx", code=2).output
    run("component", "add", "Search")
    for server in ("nginx", "caddy"):
        policies = [part for part in run("headers", server).output.split('"') if part.startswith("default-src 'none'")]
        assert [policy.rpartition(" ")[2] for policy in policies] == ["'none'", "*"], "pages, then what may be framed"
        pages, framed = policies
        assert "script-src 'self' 'sha256-" in pages
        assert "style-src 'sha256-" in framed
        assert "script-src" not in framed
        assert "unsafe" not in pages + framed


def test_nothing_is_restored_under_an_application_that_another_server_runs(
    run: Run, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("component", "add", "Search")
    run("backup", "copy.db")
    monkeypatch.syspath_prepend(str(ROOT))
    application = importlib.import_module("app").create_app()
    assert "Stop it, then restore" in run("restore", "copy.db", "--force", code=2).output
    application.extensions["home"].close()
    run("restore", "copy.db", "--force")


def test_who_left_after_the_backup_stays_away_and_who_came_back_stays(run: Run, tmp_path: pathlib.Path) -> None:
    (tmp_path / "list.txt").write_text("ada@customer.example\nbob@customer.example\neve@customer.example\n")
    run("subscriber", "import", "list.txt", "--proof", "Signed the form")
    run("backup", "copy.db")
    for name in ("bob", "eve"):
        run("subscriber", "remove", f"{name}@customer.example")
    said = run("restore", "copy.db", "--force").output
    assert "2 who follow in it have left since, and stay away." in said
    follow = run("subscriber", "export").output
    assert ["ada@" in follow, "bob@" in follow, "eve@" in follow] == [True, False, False]
    again = run("subscriber", "import", "list.txt", "--proof", "Signed the form", code=3).output
    assert "bob@customer.example: skipped, it was removed" in again
    with closing(sqlite3.connect(tmp_path / "var" / "portal.db", isolation_level=None)) as db:
        (noted,) = db.execute("SELECT details FROM audit WHERE action = 'restore'")
        assert json.loads(noted[0]) == {"file": "copy.db", "left": 2}
        db.execute("UPDATE subscriber SET confirmed_at = '2999-01-01T00:00:00.000Z'")
    run("backup", "newer.db")
    run("subscriber", "remove", "ada@customer.example")
    assert "stay away" not in run("restore", "newer.db", "--force").output
    assert "ada@" in run("subscriber", "export").output
    assert "skipped" not in run("subscriber", "import", "list.txt", "--proof", "x", code=3).output.splitlines()[0]
