from dataclasses import replace

from portal.domain.draft import Noted, Record, Said, Suffered, sections


def at(clock):
    return f"2026-11-23T{clock}:00.000Z"


WHOLE = Record(
    moments={
        "started_at": at("10:00"),
        "detected_at": at("10:06"),
        "acknowledged_at": at("10:08"),
        "first_post_at": at("10:15"),
        "mitigated_at": at("11:20"),
        "resolved_at": at("11:50"),
    },
    posts=[
        Said(at("10:15"), at("10:45"), "investigating"),
        Said(at("10:40"), at("11:10"), "identified"),
        Said(at("10:42"), at("11:10"), "identified", correction=True),
        Said(at("11:20"), at("12:20"), "monitoring"),
        Said(at("11:50"), None, "resolved"),
    ],
    suffered=[
        Suffered("Search", "major_outage", at("10:00"), at("11:20")),
        Suffered("API", "degraded_performance", at("10:10"), at("10:25")),
    ],
    unaffected=["Sign-in", "Billing"],
    timeline=[
        Noted(at("10:10"), "Bob", "note", "It is the index"),
        Noted(at("10:15"), "Bob", "post", "investigating: ..."),
        Noted(at("11:05"), "Bob", "snooze", "Not now"),
        Noted(at("11:20"), "Bob", "missed_promise", "The update that was due at 11:10 UTC came 10 minutes late."),
    ],
    breadth="many",
    audience="cloud",
)


def test_the_impact_has_numbers_and_who_was_not_affected():
    assert sections(WHOLE)["impact"].splitlines() == [
        "- Concerned: many customers (cloud).",
        "- Search: major outage for 1 hour 20 minutes, from 2026-11-23 10:00 to 11:20 UTC.",
        "- API: degraded performance for 15 minutes, from 2026-11-23 10:10 to 10:25 UTC.",
        "- Not affected: Sign-in, Billing.",
    ]


def test_many_that_were_not_affected_are_counted():
    many = replace(WHOLE, unaffected=[f"c{number}" for number in range(9)])
    assert sections(many)["impact"].endswith("- Not affected: the other 9 components.")


def test_what_lasts_is_said_to_last():
    lasting = replace(WHOLE, suffered=[Suffered("Search", "partial_outage", at("10:00"), None)])
    assert "- Search: partial outage since 2026-11-23 10:00 UTC." in sections(lasting)["impact"]


def test_detection_times():
    assert sections(WHOLE)["detection"].splitlines() == [
        "- Detected 6 minutes after it started, at 10:06 UTC.",
        "- Acknowledged 2 minutes after detection, at 10:08 UTC.",
        "- Mitigated 1 hour 20 minutes after it started, at 11:20 UTC.",
        "- Resolved 1 hour 50 minutes after it started, at 11:50 UTC.",
    ]


def test_the_communication_section_makes_itself():
    assert sections(WHOLE)["communication"].splitlines() == [
        "- The first update came 9 minutes after detection.",
        "- No update for 38 minutes, from 2026-11-23 10:42 to 11:20 UTC.",
        "- 3 of 4 promised updates came in time.",
        "- The update that was due at 11:10 UTC came 10 minutes late.",
        "- 1 update was a correction.",
        "- Reminders were put off 1 time.",
    ]


def test_the_timeline_holds_moments_and_posts_in_order_but_no_notes():
    lines = sections(WHOLE)["timeline_notes"].splitlines()
    assert lines[0] == "- 2026-11-23 10:00 UTC - The incident started."
    moments = [line[:22] for line in lines]
    assert moments == sorted(moments)
    assert "- 2026-11-23 10:42 UTC - A correction was published: identified." in lines
    public = {name: text for name, text in sections(WHOLE).items() if name != "internal_notes"}
    assert "Bob" not in str(public)
    assert "Bob: It is the index" in sections(WHOLE)["internal_notes"]
    assert "investigating: ..." not in sections(WHOLE)["internal_notes"]


def test_what_is_not_known_is_not_said():
    assert sections(Record({"started_at": at("10:00")})) == {
        "timeline_notes": "- 2026-11-23 10:00 UTC - The incident started."
    }
