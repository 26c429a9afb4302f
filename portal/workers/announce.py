"""Chats and push services, by apprise: a message of words and a link, to the channel that a delivery names."""

import json
import logging
from datetime import datetime

import apprise

from portal.config import Announce, Settings
from portal.notify.channel import Later, Parcel, Refused, Result, Sent
from portal.notify.mentions import without_mentions
from portal.verbs.delivering import Claimed

logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it would write addresses, which are secrets, into the log


class Announcements:
    """Turns a claimed delivery into its words; shared by threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def parcel(self, claimed: Claimed, now: datetime) -> Parcel:  # noqa: ARG002
        """A message for the channel that it names; nobody is called by it but whom the settings call."""
        details = json.loads(claimed.event["details"])
        link, mention = details.get("link"), self.settings.announce.mentions.get(claimed.to, "")
        written = without_mentions(details.get("text") or claimed.event["event"])
        words = f"{mention} {written}".strip()
        body = f"{words}\n{self.settings.desk_base}{link}" if link else words
        return Parcel(claimed.to, body.encode(), key=claimed.key)


class Apprise:
    """A channel that hands messages to services; what they refuse is tried again."""

    def __init__(self, announce: Announce) -> None:
        self._urls = announce.channels

    def send(self, parcel: Parcel) -> Result:
        """Apprise says only whether it worked."""
        url = self._urls.get(parcel.recipient)
        if url is None:
            return Refused("the settings know no such channel")
        service = apprise.Apprise()
        try:
            told = service.add(url) and service.notify(body=parcel.body.decode())
        except Exception as error:  # a plugin of apprise may raise anything, and must not end the worker
            return Later(type(error).__name__)
        return Sent() if told else Later("the service did not take it")

    def close(self) -> None:
        """Nothing is kept."""
