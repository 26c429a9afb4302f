"""Where a mail provider's webhook says what came back. Who knows the address is who may: providers can't sign in."""

import hmac
import logging
from typing import Any

from flask import Blueprint, Response

from portal.domain.errors import NotFound
from portal.notify.reports import read_reports, to_confirm
from portal.verbs.subscribers import take_reports
from portal.web import problems
from portal.web.running import the_portal

bp = Blueprint("bounced", __name__, url_prefix="/subscriptions/bounced")
log = logging.getLogger(__name__)


@bp.post("/<word>")
def bounced(word: str) -> Response:
    """The same answer whether anybody reported of follows or not."""
    known = the_portal().settings.mail_reports
    if known is None or not hmac.compare_digest(word.encode(), known.encode()):
        return problems.answer(NotFound("There is nothing at this address."))
    return problems.answer_program(_take)


def _take(sent: Any) -> dict[str, int]:
    if address := to_confirm(sent):
        log.warning("Amazon SNS wants its subscription to be confirmed; open %s", address)
    reports = read_reports(sent)
    take_reports(the_portal().context, reports)
    return {"read": len(reports)}
