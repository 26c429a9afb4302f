"""Tells the hub of the feeds which of them have changed, as PubSubHubbub and WebSub hubs expect it."""

import json
from datetime import datetime
from urllib.parse import urlencode

from portal.config import Settings
from portal.notify.channel import Parcel
from portal.verbs.delivering import Claimed
from portal.verbs.hub import NO_HUB


class Pings:
    """Turns a claimed delivery into a ping: a form of `hub.mode=publish` and a `hub.url` for each feed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def parcel(self, claimed: Claimed, now: datetime) -> Parcel:  # noqa: ARG002
        """The ping of a delivery; ValueError when the settings name no hub."""
        hub = self.settings.websub_hub
        if hub is None:
            raise ValueError(NO_HUB)
        feeds = [f"{self.settings.base_url}/{path}" for path in json.loads(claimed.event["details"])["feeds"]]
        body = urlencode([("hub.mode", "publish"), *(("hub.url", feed) for feed in feeds)])
        headers = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "Aboveboard"}
        return Parcel(hub, body.encode(), key=claimed.key, headers=headers)
