"""Following by webhook: ask, take the secret, let the address answer a challenge; and what staff do about them.

What anybody learns by asking is the same for every address: a secret, and a page that says whether it has answered. An
address that follows already is sent no challenge, so nobody can take it over or trouble it.
"""

import secrets
import sqlite3
from typing import Any
from urllib.parse import urldefrag

from portal.domain.errors import Invalid, NotFound
from portal.domain.names import Permission
from portal.domain.times import to_text
from portal.language import N_
from portal.notify.addresses import Forbidden, is_number, is_public, parts_of
from portal.notify.webhooks import secret_text
from portal.store import subscribers
from portal.store import webhooks as store
from portal.verbs.access import require
from portal.verbs.choices import stored_choices
from portal.verbs.commands_subscriptions import News
from portal.verbs.commands_webhooks import AddWebhook, FollowByWebhook
from portal.verbs.context import Actor, Context, Written
from portal.verbs.paging import LIMIT, check_limit, from_cursor, to_cursor
from portal.verbs.subscribing import NOTHING, forget, network_of, new_token, told

KEPT_MOST, KEPT_NETWORK = 20_000, 200
"""Sign-ups that are kept for two days; while there are so many, more are not."""
NO_URL = N_("Give one address that begins with https:// and that the whole internet can reach.")
OVER = "This link is not valid any more. Ask again."


def ask_webhook(context: Context, command: FollowByWebhook, client: str) -> dict[str, str]:
    """Keep what was asked for. Answers {secret, token}; the secret is told this once. Invalid for what is no https
    address, no component, no kind and no public incident."""
    url, host = _checked(command.url)
    with context.database.snapshot() as db:
        choices = _choices(db, command)
        network = network_of(db, client)
        full = store.sign_ups(db) >= KEPT_MOST or store.sign_ups(db, network) >= KEPT_NETWORK
    kept = {"secret": _new_secret(), "token": new_token()}
    if not command.website and not full:
        with context.database.transaction() as db:
            _keep(db, url, host, kept, choices, network=network, now=to_text(context.now()))
    return kept


def webhook_state(context: Context, token: str) -> str:
    """`asked`, `waiting`, `failed`, or `follows`. NotFound for a link that is over."""
    with context.database.snapshot() as db:
        person = subscribers.by_token(db, token)
        if person is not None and store.by_subscriber(db, person["id"]) is not None:
            return "follows"
        row = store.sign_up(db, token)
    if row is None:
        raise NotFound(OVER)
    return "waiting" if row["state"] == "sent" else str(row["state"])


def challenge_webhook(context: Context, token: str) -> None:
    """Send the challenge, as soon as the limits allow. NotFound for a link that is over."""
    with context.database.transaction() as db:
        row = store.sign_up(db, token)
        if row is not None:
            store.press(db, row["id"])
        elif subscribers.by_token(db, token) is None:
            raise NotFound(OVER)


def list_webhooks(context: Context, actor: Actor, limit: int = LIMIT, cursor: str | None = None) -> dict[str, Any]:
    """In the order in which they answered their challenge."""
    require(actor, Permission.ADMIN, "see subscribers")
    position = from_cursor(cursor)
    with context.database.snapshot() as db:
        rows = store.listed(db, after=position[1] if position else 0, limit=check_limit(limit) + 1)
        items = [_answer(db, row) for row in rows[:limit]]
    more = len(rows) > limit
    return {"items": items, "next_cursor": to_cursor("", rows[limit - 1]["id"]) if more else None}


def add_webhook(context: Context, actor: Actor, command: AddWebhook) -> Written:
    """Ask an address to follow. Its owner is given the secret and the page, whose button sends the challenge."""
    require(actor, Permission.ADMIN, "add subscribers")
    url, host = _checked(command.url)
    with context.write(actor) as write:
        choices = _choices(write.db, command)
        kept = {"secret": _new_secret(), "token": new_token()}
        network = network_of(write.db, f"staff {actor.name}")
        _keep(write.db, url, host, kept, choices, network=network, now=write.now)
        write.audit("webhook.ask", subscribers.hashed(write.db, url)[:16])
        page = page_of(write.settings.base_url, kept["token"])
        return write.written({"url": url, "secret": kept["secret"], "page": page, "asked_at": write.now})


def remove_webhook(context: Context, actor: Actor, number: int) -> Written:
    """Erase one, and what waits for it."""
    require(actor, Permission.ADMIN, "remove subscribers")
    with context.write(actor) as write:
        row, person = store.by_subscriber(write.db, number), subscribers.by_id(write.db, number)
        if row is None or person is None:
            raise NotFound(f"There is no webhook {number}; `portal webhook list` names them all.")
        forget(write.db, person, "removed", write.now)
        write.audit("webhook.remove", subscribers.hashed(write.db, row["url"])[:16])
        answer = {"id": number, "url": row["url"], "removed_at": write.now}
        return Written(answer, None)  # a kept answer would keep the address


def page_of(base: str, token: str) -> str:
    """Where the owner of a webhook sees its state and sends its challenge."""
    return f"{base}/subscriptions/webhooks/at/{token}"


def _checked(url: str) -> tuple[str, str]:
    """The address without its fragment, and its host. A name is looked up only when it is asked, so that nobody learns
    here which names exist inside."""
    try:
        url = urldefrag(url.strip())[0]
        host = parts_of(url)[0]
    except (Forbidden, ValueError) as error:
        raise Invalid(NO_URL, {"url": [NO_URL]}) from error
    if is_number(host) and not is_public(host):
        raise Invalid(NO_URL, {"url": [NO_URL]})
    return url, host


def _choices(db: sqlite3.Connection, command: News) -> dict[str, Any]:
    choices = stored_choices(db, command)
    if not command.kinds and "incident" not in choices:
        raise Invalid(NOTHING, {"kinds": [NOTHING]})
    return choices


def _keep(
    db: sqlite3.Connection,
    url: str,
    host: str,
    kept: dict[str, str],
    choices: dict[str, Any],
    *,
    network: str,
    now: str,
) -> None:
    secret, token = kept["secret"], kept["token"]
    store.ask(db, url=url, host=host, token=token, signing_secret=secret, choices=choices, network=network, now=now)


def _new_secret() -> str:
    return secret_text(secrets.token_bytes(32))


def _answer(db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    names = ("email", "digest", "language")
    choices = {name: value for name, value in told(db, row).items() if name not in names}
    own = {name: row[name] for name in ("id", "url", "failing_since", "proof")}
    return choices | own
