"""People who work here, for admins: who they are, what they may do, where they are signed in."""

from typing import Any

from portal.domain.errors import Refused
from portal.domain.names import Permission
from portal.verbs import people as verbs
from portal.verbs import sessions
from portal.verbs.commands_people import AddPerson, ChangePerson
from portal.web.desk.pages import PREFIX
from portal.web.desk.places import sign_in_address
from portal.web.desk.visit import Answer, Visit, page

_ADMIN = Permission.ADMIN


@page("GET", "/people", permission=_ADMIN)
def people(visit: Visit, refused: Refused | None = None, **shown: Any) -> Answer:
    """Everybody, and a form for one more."""
    found = verbs.list_people(visit.context, visit.actor)["items"]
    live = sessions.list_sessions(visit.context, visit.actor)["items"]
    return visit.render("desk/people.html", refused=refused, people=found, live=live, **shown)


@page("POST", "/people", permission=_ADMIN)
def add_person(visit: Visit) -> Answer:
    """Add somebody; their one-time link is shown this once."""
    try:
        said = visit.read(AddPerson)
        token = verbs.add_person(
            visit.context, visit.actor, said.email, said.permissions, said.name, team=said.team, pressed=True
        )
    except Refused as refused:
        return people(visit, refused)
    visit.form.clear()
    return people(visit, link=link(visit, token), whose=said.email)


@page("GET", "/people/<email>", permission=_ADMIN)
def person(visit: Visit, email: str, refused: Refused | None = None, **shown: Any) -> Answer:
    """One person."""
    found = verbs.get_person(visit.context, visit.actor, email)
    live = sessions.list_sessions(visit.context, visit.actor, found["email"])["items"]
    return visit.render("desk/person.html", refused=refused, one=found, sessions=live, **shown)


@page("POST", "/people/<email>", permission=_ADMIN)
def change_person(visit: Visit, email: str) -> Answer:
    """Change name, team and permissions."""
    try:
        visit.do(
            verbs.change_person, email, visit.read(ChangePerson, keep_empty={"team", "permissions"} & visit.form.keys())
        )
    except Refused as refused:
        return person(visit, email, refused)
    return visit.redirect(f"{PREFIX}/people/{email}", "Saved.")


@page("POST", "/people/<email>/<any(disable, enable):what>", permission=_ADMIN)
def disable_person(visit: Visit, email: str, what: str) -> Answer:
    """Sign somebody out everywhere for good, or let them in again."""
    try:
        visit.do(verbs.change_person, email, ChangePerson(disabled=what == "disable"))
    except Refused as refused:
        return person(visit, email, refused)
    return visit.redirect(f"{PREFIX}/people/{email}", "The account is disabled." if what == "disable" else "Enabled.")


@page("POST", "/people/<email>/link", permission=_ADMIN)
def new_link(visit: Visit, email: str) -> Answer:
    """Another one-time link, shown this once."""
    try:
        token = verbs.new_link(visit.context, visit.actor, email, pressed=True)
    except Refused as refused:
        return person(visit, email, refused)
    return person(visit, email, link=link(visit, token), whose=email)


@page("POST", "/people/<email>/sessions/<number:session_id>/end", permission=_ADMIN)
def end_session(visit: Visit, email: str, session_id: int) -> Answer:
    """Sign somebody out."""
    sessions.end_session(visit.context, visit.actor, session_id)
    return visit.redirect(f"{PREFIX}/people/{email}", "That session has ended.")


def link(visit: Visit, token: str) -> str:
    """The whole address that signs in once."""
    return sign_in_address(visit.portal.settings.desk_base, token)
