import threading
from datetime import timedelta

import pytest

from tests.web.api.conftest import Caller

BODY = {"title": "Search is slow", "severity": "major"}


def test_the_same_key_and_body_give_the_same_answer_and_do_nothing_twice(api):
    one = api("POST", "/incidents", BODY, Idempotency_Key="k1")
    two = api("POST", "/incidents", BODY, Idempotency_Key="k1")
    assert one.status_code == two.status_code == 201
    assert one.json == two.json
    assert one.headers["Location"] == two.headers["Location"]
    assert "Idempotent-Replayed" not in one.headers
    assert two.headers["Idempotent-Replayed"] == "true"
    assert len(api.ok("GET", "/incidents")["items"]) == 1


def test_the_order_of_fields_and_white_space_make_no_other_body(api):
    api.ok("POST", "/incidents", b'{"title": "x", "severity": "major"}', Idempotency_Key="k1")
    again = api("POST", "/incidents", b'{"severity":"major",\n"title":"x"}', Idempotency_Key="k1")
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("body", [BODY | {"title": "Another"}, BODY | {"breadth": "one"}])
def test_the_same_key_with_another_body_is_refused(api, body):
    api.ok("POST", "/incidents", BODY, Idempotency_Key="k1")
    answer = api("POST", "/incidents", body, Idempotency_Key="k1")
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json["detail"]


def test_the_same_key_at_another_address_is_refused(api):
    for _ in range(2):
        api.ok("POST", "/incidents", BODY)
    api.ok("POST", "/incidents/INC-1/timeline", {"text": "noted"}, Idempotency_Key="k1")
    assert api("POST", "/incidents/INC-2/timeline", {"text": "noted"}, Idempotency_Key="k1").status_code == 422


def test_two_tokens_do_not_share_keys(caller):
    assert caller("admin").ok("POST", "/incidents", BODY, Idempotency_Key="k1")["ref"] == "INC-1"
    assert caller("responder").ok("POST", "/incidents", BODY, Idempotency_Key="k1")["ref"] == "INC-2"


def test_a_refused_request_leaves_its_key_free(api):
    assert api("POST", "/incidents", {"title": ""}, Idempotency_Key="k1").status_code == 422
    assert (
        api(
            "POST", "/incidents", {"title": "x", "components": {"nope": "operational"}}, Idempotency_Key="k1"
        ).status_code
        == 422
    )
    assert api("POST", "/incidents", BODY, Idempotency_Key="k1").status_code == 201


def test_a_key_is_forgotten_after_three_days(api, clock):
    api.ok("POST", "/incidents", BODY, Idempotency_Key="k1")
    clock.moment += timedelta(hours=72, seconds=1)
    assert api.ok("POST", "/incidents", BODY, Idempotency_Key="k1")["ref"] == "INC-2"


@pytest.mark.parametrize("days", [1, 2, -1])
def test_a_request_is_repeated_though_the_clock_jumped_a_day(api, clock, days):
    api.ok("POST", "/incidents", BODY, Idempotency_Key="k1")
    clock.moment += timedelta(days=days, seconds=9)
    api.ok("POST", "/components", {"name": "Search"}, Idempotency_Key="k2")
    assert api.ok("POST", "/incidents", BODY, Idempotency_Key="k1")["ref"] == "INC-1"
    clock.moment -= timedelta(days=days)
    assert api.ok("POST", "/incidents", BODY, Idempotency_Key="k1")["ref"] == "INC-1"


def test_answers_are_not_kept_for_longer_than_they_are_repeated(api, clock, portal):
    for number in range(3):
        api.ok("POST", "/incidents", BODY, Idempotency_Key=f"k{number}")
        clock.moment += timedelta(hours=37)
    kept = portal.database.connection().execute("SELECT key FROM idempotency ORDER BY key").fetchall()
    assert [row["key"] for row in kept] == ["k1", "k2"]


def test_a_repeated_answer_says_whether_it_is_public_now(api, portal):
    portal.publisher.shows = False
    assert api.ok("POST", "/components", {"name": "Search"}, Idempotency_Key="k1")["published"] is False
    portal.publisher.shows = True
    assert api.ok("POST", "/components", {"name": "Search"}, Idempotency_Key="k1")["published"] is True


def test_eight_at_once_make_one_incident(app, portal, token_for):
    token, answers, ready = token_for("admin"), [], threading.Barrier(8)

    def send() -> None:
        caller = Caller(app, token)
        ready.wait()
        answers.append(caller("POST", "/incidents", BODY, Idempotency_Key="k1"))
        portal.database.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert {answer.json["ref"] for answer in answers} == {"INC-1"}
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 7


def test_a_key_on_another_method_changes_nothing(api):
    api.ok("POST", "/components", {"name": "Search"})
    for _ in range(2):
        answer = api("PATCH", "/components/search", {"description": "Finds code"}, Idempotency_Key="k1")
        assert answer.status_code == 200
        assert "Idempotent-Replayed" not in answer.headers
