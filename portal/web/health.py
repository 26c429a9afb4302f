"""What load balancers and monitoring ask."""

import sqlite3
import time
from datetime import timedelta
from functools import lru_cache

from flask import Blueprint, Response, jsonify, render_template, request

from portal.domain.errors import NotAllowed
from portal.domain.names import Permission
from portal.domain.times import to_text
from portal.store import counts, outbox
from portal.store.database import Database
from portal.store.webhooks import LATE, MAIL, PROMPT
from portal.verbs.fanning import ANNOUNCE, DIRECT, HUB
from portal.web import problems
from portal.web.api.requests import read_actor
from portal.web.running import Portal, the_portal

STUCK = timedelta(minutes=5)
"""What should have gone out so long ago is stuck."""
CATCH_UP_S = 1.0
"""A change that is being published at this moment does not make the portal unready."""

bp = Blueprint("health", __name__)
bp.register_error_handler(Exception, problems.of_exception)


@bp.get("/healthz")
def healthz() -> Response:
    """The program runs and answers."""
    return jsonify(status="alive")


@bp.get("/readyz")
def readyz() -> Response:
    """The database can be written to and the public files show what it holds; else 503, with the reasons."""
    reasons = _reasons(the_portal())
    response = jsonify(ready=not reasons, reasons=reasons)
    response.status_code = 503 if reasons else 200
    return response


def _reasons(portal: Portal) -> list[str]:
    try:
        refusal = _refusal(portal.database, int(time.monotonic()))
        newest = counts.newest_change(portal.database.connection())
    except sqlite3.Error as error:
        return [f"The database can't be opened: {error}."]
    reasons = [f"The database can't be written to: {refusal}."] if refusal else []
    publisher = portal.publisher
    if not publisher.status().current:
        publisher.wait_until_public(newest, CATCH_UP_S)
    status = publisher.status()
    if status.error:
        reasons.append(f"Publishing fails: {status.error}")
    elif not status.current:
        reasons.append(f"The public files show change {status.sequence} of {newest}.")
    return reasons + _outbox_reasons(portal)


def _outbox_reasons(portal: Portal) -> list[str]:
    """Why what is to be told outside does not move on by our own fault; a mail server that is down is none."""
    moment = portal.context.now()
    now, before = to_text(moment), to_text(moment - STUCK)
    with portal.database.snapshot() as db:
        since = outbox.overdue(db, before)
        if since is not None:
            return [f"Events wait to be sent since {since}: `portal work` or `portal serve` must run."]
        queues = {PROMPT: "webhooks", LATE: "webhooks", ANNOUNCE: "chats"}
        if portal.settings.websub_hub is not None:
            queues[HUB] = "the hub of the feeds"
        if portal.settings.smtp.host is not None and outbox.service(db)["unreachable_since"] is None:
            queues |= {DIRECT: "mail", MAIL: "mail"}
        waits = [(what, outbox.standing_still(db, queue, before, now)) for queue, what in queues.items()]
    return [f"What goes out by {what} stands still since {since}; the log says why." for what, since in waits if since]


@lru_cache(maxsize=4)
def _refusal(database: Database, second: int) -> str | None:  # noqa: ARG001
    """Why nothing can be written. A try costs a flush of the disk, and anybody may ask: one per second."""
    return counts.refuses_writes(database.connection())


@bp.get("/metrics")
def metrics() -> Response:
    """Figures in Prometheus' text format, for a token with the admin permission."""
    portal = the_portal()
    if not read_actor(portal.context, request).may(Permission.ADMIN):
        raise NotAllowed("Metrics need a token with the admin permission.")
    status = portal.publisher.status()
    with portal.database.snapshot() as db:
        figures = list(counts.counts(db))
    text = render_template("metrics.txt", figures=figures, status=status)
    return Response(text + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


@bp.after_request
def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
