def test_a_public_change_wakes_the_publisher_and_waits_for_it(api, portal):
    answer = api("POST", "/components", {"name": "Search"})
    assert answer.json["published"] is True
    assert portal.publisher.woken == 1
    assert portal.publisher.waited_for == [answer.json["change"]]
    assert "Preference-Applied" not in answer.headers


def test_a_change_that_is_not_shown_in_time_is_recorded_all_the_same(api, portal):
    portal.publisher.shows = False
    made = api.ok("POST", "/components", {"name": "Search"})
    assert made["change"] is not None
    assert made["published"] is False
    assert api.ok("GET", "/components/search")["name"] == "Search"


def test_whoever_prefers_not_to_wait_does_not(api, portal):
    for preference in ("respond-async", "wait=5, Respond-Async", "respond-async; x=1"):
        answer = api("POST", "/components", {"name": preference}, Prefer=preference)
        assert answer.headers["Preference-Applied"] == "respond-async"
        assert answer.json["published"] is False
    assert portal.publisher.woken == 3
    assert portal.publisher.waited_for == []


def test_another_preference_is_ignored(api, portal):
    assert "Preference-Applied" not in api("POST", "/components", {"name": "Search"}, Prefer="return=minimal").headers
    assert portal.publisher.waited_for


def test_a_write_that_the_public_never_sees_has_no_change(api, portal):
    made = api.ok("POST", "/incidents", {"title": "Quiet", "severity": "major"})
    assert made["change"] is None
    assert made["published"] is False
    assert portal.publisher.woken == 0
