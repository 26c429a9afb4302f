import pytest

LAST = "We have resolved the Search errors for everyone and keep an eye on the error rate."


def test_what_is_declared_is_public_when_the_command_returns(portal, incident):
    assert "We are aware of errors" in portal.page("/")
    shown = portal("incident", "show", incident).output
    assert "Search returns errors" in shown
    assert "search: major_outage" in shown
    assert "#1 investigating" in shown


def test_an_incident_without_a_post_stays_inside(portal):
    answer = portal.json("incident", "declare", "CANARY", "--severity", "major")
    assert answer["change"] is None
    assert answer["published"] is False
    assert "CANARY" in portal("incident", "list").output


def test_the_whole_life_of_an_incident(portal, incident):
    portal("incident", "change", incident, "--summary", "A rollback is under way.", "--breadth", "many")
    portal(
        "incident",
        "post",
        incident,
        "identified",
        "-",
        typed="We found the cause of the Search errors and roll back.\n",
    )
    assert "We found the cause" in portal.page("/")
    assert "A rollback is under way." in portal("incident", "recap", incident).output
    portal("incident", "post", incident, "resolved", LAST)
    assert portal.json("incident", "impact", "list", incident)["items"][0]["to_at"] is not None
    for item in portal.json("incident", "checklist", "list", incident)["items"]:
        portal("incident", "checklist", "mark", str(item["id"]), "done")
    portal("postmortem", "write", incident, "--waived-reason", "It was short and is understood.")
    closed = portal.json("incident", "close", incident, "--outcome", "resolved")
    assert closed["state"] == "closed"
    assert portal.json("incident", "reopen", incident, "--reason", "It is back.")["state"] == "active"


def test_findings_point_at_the_words_and_name_the_way_out(portal, incident):
    done = portal(
        "incident", "post", incident, "identified", "The rollback of Search finished at 10:30 am for all.", code=2
    )
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    place = next(number for number, line in enumerate(lines) if "^" in line)
    start = lines[place].index("^")
    assert lines[place - 1][start : start + lines[place].count("^")] == "10:30 am"
    assert lines[-1].endswith("--confirm.")
    assert "suggestion: 10:30 UTC" in done.stderr
    portal(
        "incident", "post", incident, "identified", "The rollback of Search finished at 10:30 am for all.", "--confirm"
    )


def test_what_must_change_can_not_be_confirmed(portal, incident):
    done = portal(
        "incident", "post", incident, "identified", "Search: TODO say what we know about it.", "--confirm", code=2
    )
    assert "P7 must change" in done.stderr
    assert "--confirm" not in done.stderr


def test_a_post_can_be_tried_out(portal, incident):
    done = portal(
        "incident", "post", incident, "identified", "Search was fixed this morning for all customers.", "--try"
    )
    assert "P1" in done.output
    assert len(portal.json("incident", "show", incident)["posts"]) == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["incident", "show", "INC-9"], "There is no incident INC-9."),
        (["incident", "declare", " "], "title: This can't be empty."),
        (["incident", "declare", "x", "--started-at", "yesterday"], "started_at: Write a date and time with its zone"),
        (["incident", "declare", "x", "--component", "nope=major_outage"], "nope"),
        (["incident", "declare", "x", "--component", "search"], "'search' is not like name=value"),
        (["incident", "declare", "x", "--component", "search=broken"], "components.search: Use 'operational'"),
        (["incident", "list", "--limit", "0"], "--limit: Send at least 1."),
        (["incident", "list", "--cursor", "nonsense"], "cursor"),
        (["component", "add", "Search", "--slug", "A b"], "slug: Write lower-case letters"),
        (["postmortem", "show", "INC-9"], "There is no incident INC-9."),
    ],
)
def test_a_refusal_is_the_api_s_sentence_and_exit_code_2(portal, words, sentence):
    done = portal(*words, code=2)
    assert sentence in done.stderr
    assert "Traceback" not in done.output


def test_a_refusal_as_json_is_the_api_s_problem(portal):
    answer = portal.json("incident", "declare", "", code=2)
    assert answer["status"] == 422
    assert answer["errors"] == {"title": ["This can't be empty."]}


def test_a_gate_prints_every_reason(portal, incident):
    done = portal("incident", "close", incident, "--outcome", "resolved", code=2)
    assert done.stderr.count("\n  - ") > 3


def test_what_is_recorded_beside_the_posts(portal, incident):
    portal("incident", "note", incident, "Rolled back.\nTwice.", "--kind", "action")
    assert "Rolled back. Twice." in portal("incident", "timeline", incident).output
    portal("incident", "link", incident, "https://issues.example.com/1", "--kind", "issue")
    assert "https://issues.example.com/1" in portal("incident", "links", incident).output
    assert "offered to ada" in portal("incident", "role", "offer", incident, "messenger", "ada").output
    assert "ada has the role" in portal("incident", "role", "accept", incident, "messenger", "--for", "ada").output
    impact = portal.json("incident", "impact", "list", incident)["items"][0]
    portal("incident", "impact", "change", str(impact["id"]), "--level", "partial_outage")
    assert "partial_outage" in portal("incident", "impact", "list", incident).output
    followup = portal.json("incident", "followup", "add", incident, "Cover it by the canary", "--due", "2026-12-18")
    portal("incident", "followup", "change", str(followup["id"]), "--state", "done")
    assert "done" in portal("incident", "followup", "list", incident).output
    portal("incident", "checklist", "add", incident, "Tell the partners")
    assert "Tell the partners" in portal("incident", "checklist", "list", incident).output


def test_redacted_words_leave_every_public_file(portal, incident):
    words = "We found the cause of the Search errors on CANARYHOST and are rolling back now."
    portal("incident", "post", incident, "identified", words)
    assert "CANARYHOST" in portal.page("/")
    portal("incident", "redact", incident, "2", "-", typed="CANARYHOST\n")
    for file in (portal.home / "site").resolve().rglob("*"):
        assert not file.is_file() or b"CANARYHOST" not in file.read_bytes(), file


def test_a_private_incident_is_disclosed_by_an_advisory(portal):
    ref = portal.json("incident", "declare", "A leak", "--severity", "critical", "--security")["ref"]
    body = "You are affected if you use version 1 of the Search API. Upgrade to version 2 before 2026-12-24."
    answer = portal.json(
        "incident", "disclose", ref, "--as", "advisory", "--title", "Upgrade the Search API", "--body", body
    )
    assert answer["kind"] == "advisory"
    assert "You are affected if" in portal.page(f"/incidents/{answer['public_id']}/")
