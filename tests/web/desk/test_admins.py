# ruff: noqa: F811
"""What admins do at the desk: people, tokens, settings, the audit log, files in and out."""

import io
import json
import re
import zipfile

import pytest

from portal.config import Smtp, load
from portal.domain.names import Permission
from portal.imports.running import run_import
from portal.verbs import audits, components, people
from portal.verbs.commands_people import ChangePerson
from portal.verbs.context import PORTAL
from portal.verbs.settings import list_settings
from tests.web.desk.writing import House, Person, desk, house, house_of  # noqa: F401


@pytest.fixture
def ada(house: House) -> Person:
    return house.person("ada@example.com", "admin")


def listed(house: House) -> dict[str, dict]:
    return {one["email"]: one for one in people.list_people(house.context, PORTAL)["items"]}


def test_somebody_is_added_and_signs_in_by_the_link_that_is_shown_once(house, ada):
    ada.look("/people")
    page = ada.press("/people", email="rob@example.com", name="Rob Roe", team="support")
    shown = re.search(r'value="https://status.example.com(/desk/sign-in/link/[^"]+)"', page.text)[1]
    assert (listed(house)["rob@example.com"]["team"], listed(house)["rob@example.com"]["permissions"]) == (
        "support",
        ["responder"],
    )
    assert shown not in ada.look("/people")
    client = house.app.test_client()
    client.get(shown)
    assert client.get("/desk/account").status_code == 302 or "/sign-in" in client.get("/desk/account").location
    assert client.post(shown).status_code == 303
    assert client.get("/desk/account").status_code == 200


def test_what_was_typed_about_a_person_is_not_lost(ada):
    ada.look("/people")
    page = ada.press("/people", email="no address", name="Rob <b>", permissions="messenger")
    assert page.status_code == 422
    assert "is no mail address" in page.text
    assert 'value="Rob &lt;b&gt;"' in page.text


def test_a_person_is_changed_disabled_and_enabled(house, ada):
    people.add_person(house.context, PORTAL, "rob@example.com", [Permission.RESPONDER], "Rob Roe", team="support")
    ada.look("/people/rob@example.com")
    ada.press("/people/rob@example.com", name="Robert Roe", team="", permissions="messenger")
    found = listed(house)["rob@example.com"]
    assert (found["name"], found["team"], found["permissions"]) == ("Robert Roe", None, ["messenger"])
    assert "is disabled" in ada.press("/people/rob@example.com/disable").text
    assert listed(house)["rob@example.com"]["disabled_at"]
    assert "Enabled." in ada.press("/people/rob@example.com/enable").text
    assert listed(house)["rob@example.com"]["disabled_at"] is None


def test_the_last_admin_stays(house, ada):
    ada.look("/people/ada@example.com")
    csrf = dict(ada.fields("/people/ada@example.com"))["_csrf"]
    assert ada.press("/people/ada@example.com/disable").status_code == 409
    assert ada.send("/people/ada@example.com", [("_csrf", csrf), ("permissions", "responder")]).status_code == 409
    assert listed(house)["ada@example.com"]["permissions"] == ["admin"]


def test_the_last_admin_stays_also_when_somebody_adds_that_address_again(house, ada):
    ada.look("/people")
    refused = ada.press("/people", email="ada@example.com", permissions="responder")
    assert (refused.status_code, "make another person an admin first" in refused.text) == (409, True)
    assert listed(house)["ada@example.com"]["permissions"] == ["admin"]


def test_nobody_is_left_without_a_permission(ada):
    ada.look("/people/ada@example.com")
    csrf = dict(ada.fields("/people/ada@example.com"))["_csrf"]
    page = ada.send("/people/ada@example.com", [("_csrf", csrf), ("permissions", "")])
    assert (page.status_code, "Give at least 1" in page.text) == (422, True)


def test_a_name_that_somebody_had_is_still_known_to_be_one(house):
    context = house.context
    people.add_person(context, PORTAL, "lea@example.com", [Permission.RESPONDER], "Leonora Quux")
    people.add_person(context, PORTAL, "lea@example.com", [Permission.RESPONDER], "Leonora Quuxdaughter")
    rows = context.database.connection().execute("SELECT name FROM former_name").fetchall()
    assert [row["name"] for row in rows] == ["Leonora Quux"]


def test_a_token_is_made_shown_once_and_revoked(house, ada):
    ada.look("/tokens")
    page = ada.press("/tokens", name="deploy bot", permissions="messenger")
    token = re.search(r"abp_\w{40}", page.text)[0]
    assert people.actor_for_token(house.context, token).name == "deploy bot"
    assert token not in ada.look("/tokens")
    ada.press("/tokens/revoke")
    assert people.list_tokens(house.context, PORTAL)["items"][0]["revoked_at"]
    assert "no longer works" in ada.page.text


def test_settings_tell_where_they_come_from_and_no_secret(house, desk, tmp_path):
    file = tmp_path / "portal.toml"
    file.write_text('site_name = "Example"\n[smtp]\nhost = "mail.example.com"\npassword = "of the mail server"\n')
    settings = load(file, {"PORTAL_OIDC__CLIENT_SECRET": "of the provider", "PORTAL_MAIL_DELAY": "30"})
    context = type(house.context)(house.context.database, settings, now=house.context.now)
    said = {one["name"]: one for one in list_settings(context, PORTAL)["items"]}
    assert (said["site_name"]["value"], said["site_name"]["origin"]) == ("Example", str(file))
    assert (said["mail_delay"]["value"], said["mail_delay"]["origin"]) == ("30", "PORTAL_MAIL_DELAY")
    assert said["smtp.password"] == {"name": "smtp.password", "value": "set", "secret": True, "origin": str(file)}
    assert said["time_zone"]["origin"] is None
    page = house_of(context, desk).person("ada@example.com", "admin").look("/settings")
    assert "mail.example.com" in page
    assert "of the mail server" not in page
    assert "of the provider" not in page


def test_every_setting_that_is_called_a_secret_is_one(house):
    names = {one["name"] for one in list_settings(house.context, PORTAL)["items"] if one["secret"]}
    assert names >= {"smtp.password", "oidc.client_secret"}
    suspicious = {
        one["name"]
        for one in list_settings(house.context, PORTAL)["items"]
        if re.search(r"password|secret|token$|_key$", one["name"]) and not one["secret"]
    }
    assert suspicious == set()
    assert "of the mail" not in repr(Smtp(password="of the mail server"))


def test_the_audit_log_is_filtered_and_paged(house, ada, clock):
    for number in range(30):
        people.add_token(house.context, PORTAL, f"bot {number}", [Permission.RESPONDER])
    clock.forward(hours=2)
    people.revoke_token(house.context, PORTAL, "bot 3")
    first = ada.look("/audit?action=token")
    assert first.count("<code>token.") == 25
    assert "bot 3<" in first
    older = re.search(r'href="(/desk/audit\?[^"]*_cursor=[^"]+)"', first)[1].replace("&amp;", "&")
    assert ada.look(older.removeprefix("/desk")).count("<code>token.") == 6
    assert ada.look("/audit?action=token.revoke").count("<code>token.") == 1
    assert ada.look("/audit?since=2026-11-23T15:30").count("<code>token.") == 1
    assert ada.look("/audit?actor=ADA@example.com").count("<code>session.begin") == 1
    house.person("lea@example.com", "responder")
    people.change_person(house.context, PORTAL, "lea@example.com", ChangePerson(name="Lea Stone"))
    assert '<td data-label="to"><span title="lea@example.com">Lea Stone</span>' in ada.look("/audit?action=person")
    assert "Nothing was recorded" in ada.look("/audit?subject=INC-77")
    assert "Write a date and time" in ada.look("/audit?since=yesterday&actor=ada", status=422)


def test_the_audit_log_hides_private_incidents_from_admins_who_may_not_see_them(house, ada):
    house.verbs.declare(title="A key leaked", security=True)
    actions = [one["action"] for one in audits.list_audit(house.context, PORTAL)["items"]]
    assert "incident.declare" in actions
    assert "incident.declare" in ada.look("/audit"), "ada@example.com declared it"
    assert "<code>incident.declare" not in house.person("eve@example.com", "admin").look("/audit")
    assert "<code>incident.declare" in house.person("sam@example.com", "admin", "security").look("/audit")


class Importing:
    """A portal whose import is the real one."""

    def __init__(self, portal, context) -> None:
        vars(self).update(vars(portal))
        self.import_history = lambda actor, source, paths: run_import(context, actor, source, paths)


HISTORY = {
    "page": {"id": "x", "name": "Example"},
    "incidents": [
        {
            "id": "abcdefghijkl",
            "name": "Search was slow",
            "status": "resolved",
            "impact": "minor",
            "created_at": "2025-03-01T10:00:00Z",
            "resolved_at": "2025-03-01T11:00:00Z",
            "incident_updates": [
                {"id": "u1", "status": "resolved", "body": "It is over.", "created_at": "2025-03-01T11:00:00Z"}
            ],
        }
    ],
}


@pytest.fixture
def importer(house: House, ada: Person) -> Person:
    house.app.extensions["portal"] = Importing(house.app.extensions["portal"], house.context)
    ada.look("/files")
    return ada


def upload(one: Person, source: str, *files: tuple[str, bytes]):
    one.look("/files")
    data = {"_csrf": dict(one.fields("/files/import"))["_csrf"], "_form": "import-form", "source": source}
    sent = {**data, "files": [(io.BytesIO(content), name) for name, content in files]}
    return one.client.post("/desk/files/import", data=sent, content_type="multipart/form-data")


def packed(**files: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name.replace("__", "/"), content)
    return archive.getvalue()


def test_a_history_comes_in_once_plain_and_as_an_archive(house, importer):
    body = json.dumps(HISTORY).encode()
    page = upload(importer, "statuspage", ("incidents.json", body))
    assert "created 1, updated 0" in page.text
    assert "abcdefghijkl" in page.text
    assert "/tmp" not in page.text, "where it was kept is nobody's business"
    assert "unchanged 1" in upload(importer, "statuspage", ("all.zip", packed(**{"a__incidents.json": body}))).text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("all.zip", b"no archive", "no whole zip archive"),
        ("all.zip", packed(**{"..__..__evil.json": b"{}"}), "leads out of the archive"),
        ("all.zip", packed(big=b"0" * (65 * 1024 * 1024)), "more than 64 MiB"),
        ("incidents.json", b"{", "skipped 1"),
    ],
    ids=["broken", "leads out", "bomb", "not JSON"],
)
def test_what_can_t_be_read_is_told_and_does_no_harm(importer, name, content, said):
    page = upload(importer, "statuspage", (name, content))
    assert page.status_code in (200, 422)
    assert said in page.text


def spoilt() -> bytes:
    """An archive whose file can't be inflated."""
    whole = bytearray(packed(**{"a.json": b"0123456789" * 100}))
    start = whole.index(b"a.json") + len("a.json")
    whole[start : start + 4] = b"\xff\xff\xff\xff"
    return bytes(whole)


def test_a_spoilt_archive_is_told_as_one(importer):
    page = upload(importer, "statuspage", ("all.zip", spoilt()))
    assert (page.status_code, "no whole zip archive" in page.text) == (422, True)


def test_several_archives_together_are_no_larger_than_one_may_be(importer):
    half = packed(big=b"0" * (33 * 1024 * 1024))
    page = upload(importer, "statuspage", ("a.zip", half), ("b.zip", half))
    assert (page.status_code, "more than 64 MiB" in page.text) == (422, True)


@pytest.mark.parametrize(("path", "mebibytes"), [("/files/import", 17), ("/tokens", 2)])
def test_a_body_that_is_too_large_is_refused(ada, path, mebibytes):
    body = b"x" * (mebibytes * 1024 * 1024)
    answer = ada.client.post(f"/desk{path}", data=body, content_type="multipart/form-data; boundary=y")
    assert answer.status_code == 413
    assert "too large" in answer.text.lower()


def test_everything_goes_out_as_an_archive_without_secrets(house, ada):
    sam = house.person("sam@example.com", "admin", "security")
    house.verbs.declare(title="A key leaked", security=True)
    ada.look("/files")
    assert ada.press("/files/export").status_code == 403
    sam.look("/account")
    sam.press("/account/password", password="correct horse battery")
    sam.look("/files")
    answer = sam.press("/files/export")
    assert answer.mimetype == "application/zip"
    assert "attachment" in answer.headers["Content-Disposition"]
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    assert "A key leaked" in archive.read("incidents/INC-1.md").decode()
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert not {"tables/session.jsonl", "tables/password.jsonl", "tables/sign_in_link.jsonl"} & set(archive.namelist())
    assert "argon2" not in everything
    assert "token_hash" not in everything
    assert "export" in [one["action"] for one in audits.list_audit(house.context, PORTAL)["items"]]


def test_a_component_is_added_changed_and_taken_off(house, ada):
    def live():
        return {one["slug"]: one for one in components.list_components(house.context, PORTAL)["items"]}

    ada.look("/components")
    assert "Uploads is on the page." in ada.press("/components", name="Uploads", group="Files").text
    assert (live()["uploads"]["group"], live()["uploads"]["hidden"]) == ("Files", False)
    ada.look("/components/uploads")
    ada.press("/components/uploads", name="File uploads", group="", hidden="1")
    assert (live()["uploads"]["name"], live()["uploads"]["group"]) == ("File uploads", None)
    assert live()["uploads"]["hidden"]
    ada.look("/components/uploads")
    assert "off the page" in ada.press("/components/uploads/remove").text
    assert "uploads" not in live()


def test_a_component_that_can_not_be_is_refused_with_what_was_typed(house, ada):
    ada.look("/components")
    page = ada.press("/components", name="Search", description="Finds <b>things</b>")
    assert page.status_code == 409
    assert "already a component named Search" in page.text
    assert "Finds &lt;b&gt;things&lt;/b&gt;" in page.text
