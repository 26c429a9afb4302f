"""What the page lists, for admins: components are added, changed and taken off."""

from portal.domain.errors import Refused
from portal.domain.names import Permission
from portal.verbs import components as verbs
from portal.verbs.commands import AddComponent, ChangeComponent
from portal.web.desk.pages import PREFIX
from portal.web.desk.visit import Answer, Visit, page

_ADMIN = Permission.ADMIN
_MAY_BE_EMPTY = {"description", "group"}


@page("GET", "/components", permission=_ADMIN)
def components(visit: Visit, refused: Refused | None = None) -> Answer:
    """The components in the order of the page, and a form for one more."""
    found = verbs.list_components(visit.context, visit.actor)["items"]
    return visit.render("desk/components.html", refused=refused, components=found, groups=_groups(visit))


@page("POST", "/components", permission=_ADMIN)
def add_component(visit: Visit) -> Answer:
    """Add one, at the end of the page."""
    try:
        added = visit.do(verbs.add_component, visit.read(AddComponent)).answer
    except Refused as refused:
        return components(visit, refused)
    return visit.redirect(
        f"{PREFIX}/components", f"{added['name']} is on the page." if not added["hidden"] else "Added."
    )


@page("GET", "/components/<slug>", permission=_ADMIN)
def component(visit: Visit, slug: str, refused: Refused | None = None) -> Answer:
    """One component."""
    one = verbs.get_component(visit.context, visit.actor, slug)
    return visit.render("desk/component.html", refused=refused, one=one, groups=_groups(visit))


@page("POST", "/components/<slug>", permission=_ADMIN)
def change_component(visit: Visit, slug: str) -> Answer:
    """Change what it is called and where it stands."""
    try:
        changed = visit.do(verbs.change_component, slug, visit.read(ChangeComponent, _MAY_BE_EMPTY)).answer
    except Refused as refused:
        return component(visit, slug, refused)
    return visit.redirect(f"{PREFIX}/components", f"{changed['name']} is changed.")


@page("POST", "/components/<slug>/remove", permission=_ADMIN)
def remove_component(visit: Visit, slug: str) -> Answer:
    """Take it off the page; its past stays."""
    try:
        gone = visit.do(verbs.remove_component, slug).answer
    except Refused as refused:
        return component(visit, slug, refused)
    return visit.redirect(f"{PREFIX}/components", f"{gone['name']} is off the page; its past stays.")


def _groups(visit: Visit) -> list[str]:
    found = verbs.list_components(visit.context, visit.actor)["items"]
    return sorted({one["group"] for one in found if one["group"]}, key=str.casefold)
