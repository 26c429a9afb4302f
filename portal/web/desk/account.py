"""One's own account: password and sessions."""

from portal.domain.errors import Refused
from portal.verbs import passwords, sessions
from portal.verbs.commands_people import SetPassword
from portal.web.desk.pages import PREFIX
from portal.web.desk.visit import Answer, Visit, page
from portal.web.limits import SIGN_IN_PER_PLACE_AND_ACCOUNT, the_limits


@page("GET", "/account")
def account(visit: Visit, refused: Refused | None = None) -> Answer:
    """Who I am here, my password, where I am signed in."""
    assert visit.session is not None  # noqa: S101
    return visit.render(
        "desk/account.html",
        refused=refused,
        password_since=passwords.password_since(visit.context, visit.session),
        sessions=sessions.list_sessions(visit.context, visit.actor, visit.actor.name)["items"],
    )


@page("POST", "/account/password")
def set_password(visit: Visit) -> Answer:
    """Set my password; my other sessions end."""
    assert visit.session is not None  # noqa: S101
    try:
        the_limits().spend(SIGN_IN_PER_PLACE_AND_ACCOUNT, "password", visit.actor.name)
        command = visit.read(SetPassword)
        ended = passwords.set_password(visit.context, visit.session, command).answer["sessions_ended"]
    except Refused as refused:
        return account(visit, refused)
    others = f" {ended} other {'session' if ended == 1 else 'sessions'} ended." if ended else ""
    return visit.redirect(f"{PREFIX}/account", f"The password is set.{others}")


@page("POST", "/account/sessions/<number:session_id>/end")
def end_session(visit: Visit, session_id: int) -> Answer:
    """Sign out one of my sessions, wherever it is."""
    sessions.end_session(visit.context, visit.actor, session_id)
    return visit.redirect(f"{PREFIX}/account", "That session has ended.")
