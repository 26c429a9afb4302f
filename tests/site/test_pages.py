"""What single pages say, besides what the proofs compare."""

import json
import re

from portal.verbs import automation
from portal.verbs.commands import CancelMaintenance, ChangeMaintenance, Declare, PlanMaintenance, Post
from portal.verbs.components import AddComponent, add_component
from portal.verbs.incidents import declare
from portal.verbs.maintenances import cancel_maintenance, change_maintenance, plan_maintenance
from portal.verbs.posts import post
from portal.workers.publisher import Publisher
from tests.site.public_files import PublicFiles

FIRST = "Searches fail for some people in the Search component. Write to support@example.com."
LAST = "Searches work again for everybody."


def published(context, clock):
    """The folder of the site, with everything recorded so far, as of now."""
    publisher = Publisher(context.settings, context.database)
    with context.database.transaction() as db:
        db.execute("UPDATE portal SET as_of = ?", (clock.text,))
    publisher.publish_pending()
    return publisher.releases.link


def test_a_component_lists_its_disturbed_days_in_words(context, admin, clock):
    add_component(context, admin, AddComponent(name="Search"))
    add_component(context, admin, AddComponent(name="Sign-in"))
    clock.forward(days=3)
    opening = Post(state="investigating", body=FIRST)
    declare(context, admin, Declare(title="Search", components={"search": "partial_outage"}, post=opening))
    clock.forward(minutes=75)
    post(context, admin, "INC-1", Post(state="resolved", body=LAST, components={"search": "operational"}))
    clock.forward(days=1)
    site = published(context, clock)
    page = (site / "components/search/index.html").read_text("utf-8")
    table = page[page.index('<table class="days">') : page.index("</table>")]
    assert table.count("<tr>") == 2
    assert "26 November 2026" in table
    assert "Partial outage" in table
    assert "1 hour 15 minutes" in table
    other = (site / "components/sign-in/index.html").read_text("utf-8")
    assert "<table" not in other


def test_the_bar_of_a_disturbed_day_stands_out_without_its_colour(context, admin, clock):
    add_component(context, admin, AddComponent(name="Search"))
    clock.forward(days=3)
    for level in ("degraded_performance", "major_outage"):
        opening = Post(state="investigating", body=FIRST)
        said = declare(context, admin, Declare(title="Search", components={"search": level}, post=opening)).answer
        clock.forward(minutes=75)
        post(context, admin, said["ref"], Post(state="resolved", body=LAST, components={"search": "operational"}))
        clock.forward(days=1)
    site = published(context, clock)
    page = (site / "components/search/index.html").read_text("utf-8")
    tops = dict(re.findall(r'class="bar bar--(\w+)" d="M\d+ (\d+)h', page))
    assert int(tops["major_outage"]) < int(tops["degraded_performance"]) < int(tops["operational"]) < int(tops["none"])


def test_a_maintenance_is_announced_a_week_ahead_and_stands_in_the_banners_box_while_it_runs(context, admin, clock):
    add_component(context, admin, AddComponent(name="Search"))
    files = PublicFiles(context)
    times = {"scheduled_for": "2026-12-03T10:00:00Z", "scheduled_until": "2026-12-03T12:00:00Z"}
    words = "We upgrade the database behind Search; searches may fail for a minute or two."
    planned = {"title": "Database upgrade", "body": words, "components": ["search"], "confirm": True, **times}
    plan_maintenance(context, admin, PlanMaintenance.model_validate(planned))

    def where():
        automation.run_due(context)
        box, _, below = files["index.html"].partition('<section class="components"')[0].partition("Planned maintenance")
        return "Database upgrade" in box, "Database upgrade" in below

    clock.moment = clock.moment.replace(day=26, hour=9)
    assert where() == (False, False)
    clock.forward(hours=2)
    assert where() == (False, True)
    clock.forward(days=7)
    assert where() == (True, False)
    clock.forward(minutes=5)
    done = {"state": "completed", "body": "The upgrade is done and searches work as before.", "confirm": True}
    post(context, admin, "INC-1", Post.model_validate(done))
    assert where() == (False, False)
    assert files.publisher.check() == []


def test_a_maintenance_shows_its_plan_until_it_begins_earlier_or_ends_otherwise(context, admin, clock):
    add_component(context, admin, AddComponent(name="Search"))
    files = PublicFiles(context)
    times = {"scheduled_for": "2026-11-25T20:00:00Z", "scheduled_until": "2026-11-25T22:00:00Z"}
    words = "We upgrade the database behind Search; searches may fail for a minute or two."
    for title in ("Upgrade", "Never done"):
        planned = {"title": title, "body": words, "components": ["search"], "confirm": True, **times}
        plan_maintenance(context, admin, PlanMaintenance.model_validate(planned))

    def said(number):
        chosen = "SELECT public_id FROM incident WHERE id = ?"
        row = context.database.connection().execute(chosen, (number,)).fetchone()
        page = files[f"incidents/{row[0]}/index.html"]
        calendar = files[f"incidents/{row[0]}/event.ics"]
        stamps = re.findall(r"DT(?:START|END):\d+T(\d\d\d\d)", calendar)
        times = re.search(r"<p><time[^>]*>([^<]*)</time> to\s+<time[^>]*>([^<]*)</time>", page)
        return times.groups(), stamps

    clock.moment = clock.moment.replace(day=25, hour=18, minute=0)
    plan = ("2026-11-25 20:00 UTC", "22:00 UTC"), ["2000", "2200"]
    assert said(1) == plan
    post(context, admin, "INC-1", Post(state="in_progress", body="We begin early.", confirm=True))
    assert said(1) == (("2026-11-25 18:00 UTC", "22:00 UTC"), ["1800", "2200"])
    clock.forward(minutes=65)
    post(context, admin, "INC-1", Post(state="completed", body="The upgrade is done: all works.", confirm=True))
    assert said(1) == (("2026-11-25 18:00 UTC", "19:05 UTC"), ["1800", "1905"])
    clock.forward(minutes=80)
    cancel_maintenance(context, admin, "INC-2", CancelMaintenance(reason="not needed"))
    assert said(2) == plan


def test_a_maintenance_that_is_put_off_shows_its_new_plan(context, admin, clock):
    files = PublicFiles(context)
    add_component(context, admin, AddComponent(name="Search"))
    times = {"scheduled_for": "2026-11-25T20:00:00Z", "scheduled_until": "2026-11-25T22:00:00Z"}
    words = "We upgrade the database behind Search; searches may fail for a minute or two."
    planned = {"title": "Upgrade", "body": words, "components": ["search"], "confirm": True, "auto": False, **times}
    public_id = plan_maintenance(context, admin, PlanMaintenance.model_validate(planned)).answer["public_id"]
    clock.moment = clock.moment.replace(day=25, hour=19, minute=0)
    post(context, admin, "INC-1", Post(state="in_progress", body="We begin early.", confirm=True))
    clock.forward(minutes=20)
    post(context, admin, "INC-1", Post(state="scheduled", body="We stop, and do this next week.", confirm=True))
    later = {"scheduled_for": "2026-12-02T20:00:00Z", "scheduled_until": "2026-12-02T22:00:00Z"}
    change_maintenance(context, admin, "INC-1", ChangeMaintenance.model_validate(later))
    assert ">2026-12-02 20:00 UTC</time> to" in files[f"incidents/{public_id}/index.html"]
    clock.forward(days=1)
    cancel_maintenance(context, admin, "INC-1", CancelMaintenance(reason="not needed"))
    assert ">2026-12-02 20:00 UTC</time> to" in files[f"incidents/{public_id}/index.html"]
    assert "STATUS:CANCELLED" in files[f"incidents/{public_id}/event.ics"]
    assert files.publisher.check() == []


def test_a_found_incident_says_when_and_where_before_its_words(context, admin):
    for name in ("Search", "Sign-in"):
        add_component(context, admin, AddComponent(name=name))
    levels = {"search": "partial_outage", "sign-in": "partial_outage"}
    declare(context, admin, Declare(title="Slow", components=levels, post=Post(state="investigating", body=FIRST)))
    (entry,) = json.loads(PublicFiles(context)["search/search_index.json"])["docs"]
    assert entry["text"].endswith(f" · Search, Sign-in · Investigating: {FIRST}")


def test_one_component_more_is_named_and_two_are_counted(context, admin):
    names = [f"Component {number}" for number in range(1, 8)]
    for name in names:
        add_component(context, admin, AddComponent(name=name))
    files = PublicFiles(context)
    for count, said in ((6, None), (7, "and 2 more")):
        levels = {name.lower().replace(" ", "-"): "partial_outage" for name in names[:count]}
        opening = Post(state="investigating", body=FIRST, confirm=True)
        declare(context, admin, Declare(title=f"With {count}", components=levels, post=opening))
        box = files["index.html"].partition('<section class="components"')[0]
        tags = re.findall(r'<p class="tags">.*?</p>', box, re.DOTALL)[0]
        assert tags.count('class="tag"') == (count if said is None else count - 2)
        assert said is None or said in tags
