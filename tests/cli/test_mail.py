"""Subscribers and mail on the command line: brought in, listed, taken out; what comes back from a mail server."""

import json
import sqlite3

import pytest

from portal.notify.bounces import verp

CSV = """Email,Type,State,Confirmed At,Quarantined At,Components
ada@customer.example,Email,active,2024-03-02 10:00:00 UTC,,Search;Nowhere
bob@customer.example,Email,unconfirmed,,,
"""
BOUNCE = "From: <MAILER-DAEMON@x.example>\nTo: {to}\n\nHost said: 550 5.1.1 unknown\n"


@pytest.fixture
def brought(portal, tmp_path):
    portal("component", "add", "Search")
    path = tmp_path / "subscribers.csv"
    path.write_text(CSV, "utf-8")
    return path


def test_an_import_says_what_became_of_each_and_can_be_repeated(portal, brought):
    first = portal("subscriber", "import", str(brought), code=3).output.splitlines()
    assert first[0] == "ada@customer.example: created, 1 of its components are not on this page"
    assert first[1] == "bob@customer.example: skipped, it has not confirmed there"
    assert first[2] == "created 1, unchanged 0, skipped 1"
    again = portal("subscriber", "import", str(brought), code=3).output.splitlines()
    assert again[-1] == "created 0, unchanged 1, skipped 1"
    out = portal("subscriber", "export").output.splitlines()
    assert out[1].startswith("ada@customer.example,")
    assert ",search," in out[1]
    assert "ada@customer.example" in portal("subscriber", "list").output


def test_an_export_brings_everybody_s_choices_along(portal, brought, tmp_path):
    portal("component", "add", "Sign-in")
    path = tmp_path / "other.csv"
    head = "email,confirmed_at,proof,language,kinds,updates,digest,components,every_component,paused_at"
    path.write_text(
        f"""{head}
all@x.example,2026-01-02T00:00:00.000Z,confirmed by mail,en,incidents advisories,all,False,,True,
one@x.example,2026-01-02T00:00:00.000Z,confirmed by mail,de,incidents,ends,True,search sign-in,False,
alone@x.example,2026-01-02T00:00:00.000Z,confirmed by mail,en,,all,False,,False,
paused@x.example,2026-01-02T00:00:00.000Z,confirmed by mail,en,incidents,all,False,,True,2026-02-01T00:00:00.000Z
""",
        "utf-8",
    )
    told = portal("subscriber", "import", str(path), code=3).output.splitlines()
    assert told[0] == "all@x.example: created"
    assert told[1] == "one@x.example: created"
    assert told[2].startswith("alone@x.example: skipped, it followed single incidents")
    assert told[3] == "paused@x.example: skipped, mail to it came back there"
    out = portal("subscriber", "export").output.splitlines()
    assert out[0] == head
    rows = [line.split(",") for line in out[1:]]
    assert [row[-7:] for row in rows[:1]] == [["en", "incidents advisories", "all", "False", "", "True", ""]]
    assert [row[-7:] for row in rows[1:]] == [["de", "incidents", "ends", "True", "search sign-in", "False", ""]]
    assert "confirmed by mail" in out[1]


def test_who_can_not_be_brought_along_is_named(portal, brought):
    text = "Email,Type,State,Phone Number,Components\n,SMS,active,+49 30 1234,\neve@x.example,Email,active,,Nowhere\n"
    brought.write_text(text, "utf-8")
    told = portal("subscriber", "import", str(brought), code=3).output.splitlines()
    assert told[0] == "+49 30 1234: skipped, it follows by sms, not by mail"
    assert told[1] == "eve@x.example: skipped, none of its components is on this page"


def test_who_was_removed_does_not_come_back_by_an_import(portal, brought):
    portal("subscriber", "import", str(brought), code=3)
    assert "is erased" in portal("subscriber", "remove", "ada@customer.example").output
    again = portal("subscriber", "import", str(brought), code=3).output
    assert "ada@customer.example: skipped, it was removed on" in again
    refused = portal("subscriber", "add", "ada@customer.example", code=2).output
    assert "is not asked again from here" in refused


def test_a_plain_list_needs_a_proof(portal, tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("ada@customer.example\n", "utf-8")
    assert "with --proof" in portal("subscriber", "import", str(path), code=2).output
    assert "created 1" in portal("subscriber", "import", str(path), "--proof", "A form of 2025").output


def test_a_mail_is_shown_stopped_and_counted(portal, brought):
    portal("subscriber", "import", str(brought), code=3)
    made = json.loads(portal("incident", "declare", "Search fails", "--severity", "major", "--json").output)
    words = "Searches in the Search component fail for some customers. We are looking into it."
    portal("incident", "post", made["ref"], "investigating", words, "--component", "search=major_outage", "--confirm")
    shown = portal("mail", "preview", made["ref"], "1").output
    assert shown.startswith("To: 1 subscribers\nSubject: [Investigating: Search] Search fails\n")
    assert "<html" in portal("mail", "preview", made["ref"], "1", "--html").output
    assert "so mail waits" in portal("mail", "status").output
    assert "Stopped; 0 mails had gone out." in portal("mail", "stop", made["ref"], "1").output
    assert "Nothing of post 1 waits" in portal("mail", "stop", made["ref"], "1", code=2).output


def test_a_bounce_is_taken_from_standard_input(portal, brought):

    portal("subscriber", "import", str(brought), code=3)
    database = portal.home / "portal.db"
    with sqlite3.connect(database) as db:
        token = db.execute("SELECT token FROM subscriber").fetchone()[0]
        db.execute("INSERT INTO outbox (id, key, event, at, not_before) VALUES (900, 'k', 'post_published', '1', '1')")
        db.execute(
            "INSERT INTO delivery (id, outbox_id, channel, recipient, subscriber_id, next_at)"
            " VALUES (7, 900, 'mail', '1', 1, '1')"
        )
    said = portal("mail", "bounce", typed=BOUNCE.format(to=verp("status@example.com", 7, token))).output
    assert said == "Noted for subscriber 1.\n"
    assert "no failure of a mail of ours" in portal("mail", "bounce", typed="To: x\n\nhello\n").output


def test_mails_that_are_about_no_post_are_shown(portal, brought):
    portal("subscriber", "import", str(brought), code=3)
    made = json.loads(portal("incident", "declare", "Search fails", "--severity", "major", "--json").output)
    ref = made["ref"]
    shown = portal("mail", "letter", "confirmation").output
    assert shown.startswith("To: whoever asked\nSubject: ")
    assert "/subscriptions/confirm/00000000000000000000000000000000" in shown
    assert "is not public, so nobody is mailed" in portal("mail", "letter", "present", ref, code=2).output
    words = "Searches in the Search component fail for some customers. We are looking into it."
    portal("incident", "post", ref, "investigating", words, "--component", "search=major_outage", "--confirm")
    assert words[:40] in portal("mail", "letter", "present", ref).output
    assert "<html" in portal("mail", "letter", "present", ref, "--html", "--language", "de").output
    assert "no maintenance that is announced and ahead" in portal("mail", "letter", "reminder", ref, code=2).output
    assert "has no published postmortem" in portal("mail", "letter", "postmortem", ref, code=2).output
    assert "There is no incident" in portal("mail", "letter", "reminder", code=2).output
