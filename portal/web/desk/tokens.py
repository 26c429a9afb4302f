"""API tokens, for admins. A token is shown once, when it is made."""

from typing import Any

from portal.domain.errors import Refused
from portal.domain.names import Permission
from portal.verbs import people as verbs
from portal.verbs.commands_people import AddToken, RevokeToken
from portal.web.desk.pages import PREFIX
from portal.web.desk.visit import Answer, Visit, page

_ADMIN = Permission.ADMIN


@page("GET", "/tokens", permission=_ADMIN)
def tokens(visit: Visit, refused: Refused | None = None, **shown: Any) -> Answer:
    """The tokens that work and those that were revoked, and a form for one more."""
    found = verbs.list_tokens(visit.context, visit.actor)["items"]
    return visit.render("desk/tokens.html", refused=refused, tokens=found, **shown)


@page("POST", "/tokens", permission=_ADMIN)
def add_token(visit: Visit) -> Answer:
    """Make a token."""
    try:
        said = visit.read(AddToken)
        token = verbs.add_token(visit.context, visit.actor, said.name, said.permissions)
    except Refused as refused:
        return tokens(visit, refused)
    visit.form.clear()
    return tokens(visit, token=token, named=said.name)


@page("POST", "/tokens/revoke", permission=_ADMIN)
def revoke_token(visit: Visit) -> Answer:
    """The token stops working at once."""
    try:
        name = visit.read(RevokeToken).name
        visit.do(verbs.revoke_token, name)
    except Refused as refused:
        return tokens(visit, refused)
    return visit.redirect(f"{PREFIX}/tokens", f"{name} no longer works.")
