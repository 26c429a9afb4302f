import pytest

from portal.domain.errors import Conflict, Invalid, NotFound
from portal.verbs import commands, components


def test_a_name_is_enough(desk):
    made = desk.component("Web hooks & APIs")
    assert made["slug"] == "web-hooks-apis"
    assert made["status"] == "operational"
    assert made["start_date"] == "2026-11-23"
    assert desk.last.change is not None


def test_the_same_address_gets_a_number(desk):
    assert desk.component("Search!")["slug"] == "search-2"
    assert desk.component("search?")["slug"] == "search-3"


@pytest.mark.parametrize("name", ["検索", "🔥🔥", "---"])
def test_a_name_without_latin_letters_still_gets_an_address(desk, name):
    assert desk.component(name)["slug"] == "component"


@pytest.mark.parametrize("name", ["Search", "SEARCH", "search"])
def test_a_live_name_is_taken_in_any_case(desk, name):
    with pytest.raises(Conflict, match="already a component"):
        desk.component(name)


def test_an_address_stays_with_a_removed_component(desk):
    desk.do(components.remove_component, "search")
    with pytest.raises(NotFound):
        components.get_component(desk.context, desk.actor, "search")
    assert desk.component("Search")["slug"] == "search-2"
    with pytest.raises(Conflict, match="taken"):
        desk.component("Other", slug="search")


def test_a_hidden_component_is_no_public_change(desk):
    desk.component("Backroom", hidden=True)
    assert desk.last.change is None
    desk.do(components.change_component, "backroom", commands.ChangeComponent(hidden=False))
    assert desk.last.change is not None


def test_groups_exist_while_something_is_in_them(desk):
    def groups():
        return [row["name"] for row in desk.sql("SELECT name FROM component_group ORDER BY position")]

    desk.component("Billing", group="Money")
    assert groups() == ["Product", "Money"]
    desk.do(components.change_component, "billing", commands.ChangeComponent(group="Product"))
    assert groups() == ["Product"]
    desk.do(components.change_component, "billing", commands.ChangeComponent(group=None))
    desk.do(components.remove_component, "search")
    assert components.get_component(desk.context, desk.actor, "billing")["group"] is None
    assert groups() == ["Product"]
    for slug in ("sign-in", "code-intelligence"):
        desk.do(components.remove_component, slug)
    assert groups() == []


def test_fields_that_are_left_out_stay(desk):
    desk.do(components.change_component, "search", commands.ChangeComponent(description="Finds code"))
    after = desk.do(components.change_component, "search", commands.ChangeComponent(name="Code search"))
    assert (after["description"], after["group"], after["slug"]) == ("Finds code", "Product", "search")
    assert (
        desk.do(components.change_component, "search", commands.ChangeComponent(description=None))["description"]
        is None
    )


def test_a_change_that_changes_nothing_is_not_public_news(desk):
    desk.do(components.change_component, "search", commands.ChangeComponent(name="Search"))
    assert desk.last.change is None


def test_a_name_can_not_be_emptied(desk):
    with pytest.raises(Invalid) as refused:
        desk.do(components.change_component, "search", commands.ChangeComponent(name=None))
    assert "name" in refused.value.more["errors"]


def test_a_component_with_an_open_impact_stays(desk):
    ref = desk.declare(components={"search": "major_outage"})["ref"]
    with pytest.raises(Conflict, match=ref):
        desk.do(components.remove_component, "search")


def test_the_status_is_the_worst_of_public_open_impacts(desk):
    one = desk.declare(components={"search": "degraded_performance"})["ref"]
    assert desk.status("search") == "operational", "an incident without a post colours nothing"
    desk.post(one, "investigating")
    assert desk.status("search") == "degraded_performance"
    desk.declare(
        components={"search": "major_outage"}, post={"state": "investigating", "body": "Search is down for all."}
    )
    assert desk.status("search") == "major_outage"


def test_an_advisory_and_a_drill_colour_nothing(desk):
    desk.declare(
        kind="advisory",
        components={"search": "major_outage"},
        post={
            "state": "identified",
            "body": "You are affected if you run version 5 of Search; upgrade it before December.",
        },
    )
    desk.declare(kind="drill", components={"search": "major_outage"})
    assert desk.status("search") == "operational"


def test_the_list_is_in_the_order_of_the_page(desk):
    desk.component("Alone")
    listed = components.list_components(desk.context, desk.actor)["items"]
    assert [one["slug"] for one in listed] == ["alone", "search", "sign-in", "code-intelligence"]
    first = components.list_components(desk.context, desk.actor, 3)
    rest = components.list_components(desk.context, desk.actor, 3, first["next_cursor"])
    assert first["items"] + rest["items"] == listed
    assert (len(first["items"]), rest["next_cursor"]) == (3, None)
