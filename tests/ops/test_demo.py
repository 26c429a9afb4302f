"""The made-up company of `portal serve --demo`."""

import pathlib
import re
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from portal.cli.demo import open_demo
from portal.cli.serve import demo_settings
from portal.config import Settings
from portal.domain.times import from_text, to_text
from tests.running import RunningPortal

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def tell(home: pathlib.Path, now: datetime) -> sqlite3.Connection:
    settings = demo_settings(Settings(home=home), "127.0.0.1", 8000)
    return open_demo(settings, now).database.connection()


def one(db: sqlite3.Connection, query: str) -> int:
    return int(db.execute(query).fetchone()[0])


@pytest.mark.parametrize(
    "now", [NOON, datetime(2027, 3, 1, 0, 2, tzinfo=UTC), datetime(2028, 2, 29, 23, 59, tzinfo=UTC)]
)
def test_it_tells_a_year_that_ends_now(tmp_path: pathlib.Path, now: datetime) -> None:
    db = tell(tmp_path, now)
    assert one(db, "SELECT count(*) FROM public_component") == 12
    assert one(db, "SELECT count(*) FROM component_group") == 3
    assert one(db, "SELECT count(*) FROM public_incident WHERE kind = 'incident'") >= 40
    assert one(db, "SELECT count(*) FROM public_incident WHERE kind = 'incident' AND resolved_at IS NULL") == 1
    assert one(db, "SELECT count(*) FROM public_incident WHERE false_alarm = 1") == 1
    assert one(db, "SELECT count(*) FROM public_postmortem") == 3
    assert one(db, "SELECT count(*) FROM public_followup WHERE state = 'open'") >= 3
    ahead = db.execute(
        "SELECT scheduled_for FROM public_incident WHERE kind = 'maintenance' AND resolved_at IS NULL"
    ).fetchall()
    assert len(ahead) == 1
    assert now < from_text(ahead[0][0]) < now + timedelta(days=7), "near enough to be announced on the page"
    past = db.execute("SELECT post_state FROM public_incident WHERE kind = 'maintenance' AND resolved_at IS NOT NULL")
    assert [state for (state,) in past] == ["completed"] * 3
    latest = db.execute("SELECT max(display_at) FROM public_post").fetchone()[0]
    assert latest <= to_text(now)


def test_the_open_incident_promises_its_next_update(tmp_path: pathlib.Path) -> None:
    row = (
        tell(tmp_path, NOON)
        .execute(
            "SELECT next_update_due, (SELECT count(*) FROM public_post WHERE incident_id = public_incident.id) AS posts"
            " FROM public_incident WHERE kind = 'incident' AND resolved_at IS NULL"
        )
        .fetchone()
    )
    assert row["posts"] == 2
    assert row["next_update_due"] > to_text(NOON)


def test_it_follows_the_rules_for_posts_itself(tmp_path: pathlib.Path) -> None:
    told = tell(tmp_path, NOON).execute("SELECT body, findings FROM post WHERE findings IS NOT NULL").fetchall()
    assert [(row["body"], row["findings"]) for row in told] == []


def test_everything_past_is_closed_with_its_checklist_done(tmp_path: pathlib.Path) -> None:
    db = tell(tmp_path, NOON)
    assert one(db, "SELECT count(*) FROM incident WHERE kind = 'incident' AND state <> 'closed'") == 1
    assert one(db, "SELECT count(*) FROM impact WHERE to_at IS NULL") == 1


def test_the_demo_prints_a_link_and_a_token_that_work_until_the_next_start(tmp_path: pathlib.Path) -> None:
    tokens = []
    for _ in range(2):
        with RunningPortal(tmp_path / "var", "--demo") as portal:
            tokens.append(re.search(r"abp_\w+", portal.log.read_text().rpartition("API token")[2])[0])
            status = [portal.get("/api/v1/incidents", Authorization=f"Bearer {token}")[0] for token in tokens]
            link = re.search(r"/desk/sign-in/link/\S+", portal.log.read_text().rpartition("sign in once")[2])[0]
            answer, headers, _ = portal.get(link)
            assert (answer, headers["location"]) == (303, "/desk/")
    assert status == [401, 200]


def test_an_existing_demo_is_left_as_it_is(tmp_path: pathlib.Path) -> None:
    before = one(tell(tmp_path, NOON), "SELECT max(id) FROM audit")
    assert one(tell(tmp_path, NOON + timedelta(days=5)), "SELECT max(id) FROM audit") == before
    assert not (tmp_path / "demo.unfinished").exists()
