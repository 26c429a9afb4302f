"""The settings as they are in effect, for admins; they are changed where they are written."""

from portal.domain.names import Permission
from portal.verbs.settings import list_settings
from portal.web.desk.visit import Answer, Visit, page


@page("GET", "/settings", permission=Permission.ADMIN)
def settings(visit: Visit) -> Answer:
    """Every setting, by section, with where it comes from."""
    sections: dict[str, list[dict[str, object]]] = {}
    for one in list_settings(visit.context, visit.actor)["items"]:
        sections.setdefault(one["name"].rpartition(".")[0], []).append(one)
    return visit.render("desk/settings.html", sections=sections)
