"""Reminders, windows, signals, triage and the rota on the command line."""


def test_a_window_is_planned_changed_and_cancelled(portal):
    moments = ["--from", "2099-12-02T14:00:00Z", "--until", "2099-12-02T20:00:00Z"]
    assert portal("window", "plan", "Launch", *moments).output == (
        "Window 1: Launch, 2099-12-02 14:00 UTC, without owner and plan.\n"
    )
    done = portal("window", "change", "1", "--owner", "mia@example.com", "--plan", "Hold it.").output
    assert done == "Window 1: Launch, 2099-12-02 14:00 UTC.\n"
    assert "mia@example.com" in portal("window", "list").output
    assert portal("window", "cancel", "1", "--reason", "Moved").output == "Window 1 is cancelled.\n"
    assert "is over" in portal("window", "cancel", "1", code=2).output


def test_a_signal_is_sent_and_promoted_and_nothing_of_it_is_public(portal):
    portal("component", "add", "Search")
    portal(
        "signal", "send", "Search is empty", "--kind", "report", "--component", "search", "--on-behalf-of", "Example"
    )
    assert "Search is empty" in portal("signal", "list").output
    assert portal.json("signal", "promote", "1")["state"] == "active"
    portal("signal", "send", "Down", "--key", "k")
    assert portal("signal", "dismiss", "2", "A test").output == "Signal 2 is dealt with.\n"
    assert portal("signal", "list").output == "Nothing waits.\n"
    assert "key" in portal("signal", "send", "Down", code=2).output


def test_triage_is_asked_promoted_and_dismissed(portal):
    assert portal.json("triage", "ask", "Searches are slow", "--text", "p95 is 4 s")["state"] == "triage"
    assert portal.json("triage", "promote", "INC-1", "--severity", "critical")["severity"] == "critical"
    portal("triage", "ask", "Again")
    assert portal.json("triage", "dismiss", "INC-2", "A batch job")["close_reason"] == "A batch job"
    assert "active already" in portal("triage", "promote", "INC-1", code=2).output


def test_the_rota_says_who_is_on_call_and_what_is_wrong(portal):
    assert "write rota.yaml" in portal("rota").output
    text = "rotas:\n  - {name: lead, handover: 2026-11-02T09:00, people: [ada@example.com, rob@example.com]}\n"
    (portal.home / "rota.yaml").write_text(text)
    assert "rob@example.com" in portal("rota", "--at", "2026-11-10T12:00:00Z").output
    (portal.home / "rota.yaml").write_text("rotas: [x]")
    assert "write name, handover and people" in portal("rota").output
    assert "date and time" in portal("rota", "--at", "soon", code=2).output


def test_reminders_are_listed_and_snoozed(portal):
    assert portal("reminder", "list").output == "Nothing waits.\n"
    assert "There is no reminder 7." in portal("reminder", "snooze", "7", "10", code=2).output


def test_an_incident_can_speak_for_a_private_one(portal):
    portal("component", "add", "Sign-in")
    secret = portal.json("incident", "declare", "A leak", "--security")["ref"]
    words = ["--speaks-for", secret, "--component", "sign-in=partial_outage"]
    said = portal.json("incident", "declare", "Sign-in fails", *words)
    assert (said["security"], [one["ref"] for one in said["related"]]) == (False, [secret])
