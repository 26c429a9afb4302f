"""Webhooks of subscribers: written and signed at the moment of sending, and posted where nothing internal is."""

import base64
import hashlib
import json
from datetime import datetime

from portal.config import Settings
from portal.notify.addresses import Forbidden
from portal.notify.channel import Later, Parcel, Refused, Result, Sent
from portal.notify.webhooks import SECRET_START, signature_headers
from portal.store import webhooks
from portal.store.database import Database
from portal.verbs.delivering import Claimed
from portal.verbs.envelopes import envelope
from portal.workers.outward import Outward

GONE = 410


class Messages:
    """Turns a claimed delivery into a signed message; shared by threads."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings, self.database = settings, database

    def parcel(self, claimed: Claimed, now: datetime) -> Parcel | None:
        """The message of a delivery; None when there is nothing any more that its reader may be told."""
        expects = b""
        with self.database.snapshot() as db:
            if claimed.event["event"] == "challenge":
                row = webhooks.sign_up_by_id(db, json.loads(claimed.event["details"])["sign_up"])
                message = {"challenge": row["challenge"]} if row else None
                expects = row["challenge"].encode() if row else b""
            else:
                row = webhooks.by_subscriber(db, claimed.subscriber or 0)
                message = envelope(db, self.settings, claimed.event, claimed.token)
        if message is None or row is None:
            return None
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        identity = f"msg_{hashlib.sha256(claimed.key.encode()).hexdigest()[:32]}"
        secret = base64.b64decode(row["signing_secret"].removeprefix(SECRET_START))
        signed = signature_headers(secret, identity, int(now.timestamp()), body)
        headers = {"Content-Type": "application/json", "User-Agent": "Aboveboard", **signed}
        return Parcel(claimed.to, body, key=identity, headers=headers, expects=expects)


class Webhook:
    """A channel that posts; each parcel has a connection of its own."""

    def __init__(self, outward: Outward) -> None:
        self._outward = outward

    def send(self, parcel: Parcel) -> Result:
        """Any 2xx is taken over, 410 is a good-bye; everything else may be better later."""
        try:
            answer = self._outward.post(parcel.recipient, parcel.body, parcel.headers)
        except Forbidden as error:
            return Later(str(error))
        except (OSError, ValueError) as error:
            return Later(f"{type(error).__name__}: {error}"[:200])
        said = f"HTTP {answer.status}"
        if answer.status == GONE:
            return Refused(said, bounced=True)
        if not 200 <= answer.status < 300:
            return Later(said)
        if parcel.expects not in answer.body:
            return Refused("The answer did not hold the challenge.")
        return Sent(said)

    def close(self) -> None:
        """Nothing is kept."""
