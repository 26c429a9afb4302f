"""The numbers at the desk: charts, the same as tables, and a file for a spreadsheet."""

# ruff: noqa: F811
import csv
import io
import re

import pytest

from portal.domain.insight import By
from portal.web.desk.insight import ROWS, draw
from tests.web.desk.writing import desk, house, mia  # noqa: F401


@pytest.fixture
def past(house, clock):
    for number, minutes in enumerate((5, 10, 240)):
        severity = "critical" if number == 2 else "major"
        ref = house.verbs.declare(f"Number <{number}>", severity=severity, components={"search": "major_outage"})["ref"]
        clock.forward(minutes=minutes)
        house.verbs.post(ref, "investigating")
        clock.forward(minutes=20)
        house.verbs.post(ref, "resolved")
    false = house.verbs.declare("=1+1")["ref"]
    house.verbs.close(false, "false_positive", what_was_seen="One <alert>.", lesson="Wait longer.")


def test_without_incidents_it_says_so(mia):
    page = mia.look("/insight")
    assert "No incident began in these days." in page
    assert "<circle" not in page


@pytest.mark.usefixtures("past")
def test_each_dot_leads_to_its_incident_and_the_table_says_the_same(mia):
    page = mia.look("/insight")
    first = page.split('id="first_post_after_s"')[1].split("</section>")[0]
    dots = re.findall(
        r'<a href="/desk/incidents/(INC-\d)" tabindex="-1"><circle class="plot__dot" cx="([\d.]+)%"', first
    )
    assert [ref for ref, _ in dots] == ["INC-1", "INC-2", "INC-3"]
    assert [float(x) for _, x in dots] == sorted(float(x) for _, x in dots)
    assert "<title>INC-1, 5 min: Number &lt;0&gt;</title>" in first
    assert "median 10 min, from 5 min to 4 h, 3 incidents" in first
    table = first.split("<table>")[1]
    assert re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", table.split("<tbody>")[1])[:5] == [
        "November 2026",
        "3",
        "10 min",
        "5 min",
        "4 h",
    ]
    assert '<a href="/desk/incidents/INC-3">INC-3</a>' in table
    assert 'aria-hidden="true"' in first.split("<svg")[1]


@pytest.mark.usefixtures("past")
def test_grouped_as_asked(mia):
    page = mia.look("/insight?by=severity")
    assert page.index("Critical <span") < page.index("Major <span")
    assert "Search" in mia.look("/insight?by=component")
    assert "No incident began" in mia.look("/insight?since=2026-01-01&until=2026-02-01")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("by=weather", "by"),
        ("since=yesterday", "Write a day"),
        ("since=2026-12-01&until=2026-11-01", "ends before it begins"),
        ("colour=red", "colour"),
    ],
)
def test_what_can_t_be_read_is_said_and_the_page_stays(mia, query, words):
    page = mia.look(f"/insight?{query}", status=400 if "ends" in words else 422)
    assert words in page
    assert "Insight" in page


@pytest.mark.usefixtures("past")
def test_false_positives_promises_and_late_follow_ups(mia, house):
    page = mia.look("/insight")
    assert "Seen: One &lt;alert&gt;." in page
    assert "Lesson: Wait longer." in page
    assert "1 of 4, 1 with a lesson" in page
    assert "2 of 3" in page.split('id="on-time"')[1]
    mia.look("/incidents/INC-1/followups")
    mia.press("/incidents/INC-1/followups", title="Widen it", due="2026-11-01")
    assert "Widen it" in mia.look("/insight").split('id="overdue"')[1]


@pytest.mark.usefixtures("past")
def test_the_file_holds_no_formula(mia):
    answer = mia.client.get("/desk/insight.csv?since=2026-11-01&until=2026-11-30")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.text, newline="")))
    assert [row[0] for row in rows] == ["ref", "INC-1", "INC-2", "INC-3", "INC-4"]
    assert rows[4][1] == "'=1+1"


def test_private_ones_are_for_the_security_role_only(mia, house, security):
    house.verbs.as_(security).declare("Keys leaked", security=True, started_at="2026-11-23T13:00:00Z")
    sam = house.person("sam@example.com", "security")
    assert "INC-1" in sam.look("/insight")
    assert "INC-1" not in mia.look("/insight")
    assert "Keys" in sam.look("/insight.csv")
    assert "Keys" not in mia.look("/insight.csv")


def test_a_chart_draws_the_largest_groups_and_the_newest_months():
    def measure(keys):
        spread = {"count": 1, "median_s": 60.0, "low_s": 60, "high_s": 60, "dots": []}
        return {"groups": [{"group": key, "words": key, **spread} for key in keys]}

    months = [f"20{year}-{month:02}" for year in (25, 26) for month in range(1, 13)]
    chart = draw(measure(months), By.MONTH)
    assert [row.words for row in chart.rows] == months[-ROWS:]
    assert chart.left_out == 24 - ROWS
    parts = [f"part-{number}" for number in range(20)]
    assert [row.words for row in draw(measure(parts), By.COMPONENT).rows] == parts[:ROWS]
