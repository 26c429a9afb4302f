"""What a way of delivering is: a `Channel` per kind, which is given a parcel and answers what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Sent:
    """It was taken over: from here on it is somebody else's."""

    said: str = ""


@dataclass(frozen=True)
class Refused:
    """It will never be taken, such as SMTP 5xx or HTTP 410; `bounced`: because there is no such recipient."""

    said: str
    bounced: bool = False


@dataclass(frozen=True)
class Later:
    """Not now, such as SMTP 4xx, or an answer that was lost: this one is tried again, the others go on."""

    said: str


@dataclass(frozen=True)
class Unreachable:
    """The service itself can't be used: nothing was said about this parcel, and all others wait as well."""

    said: str


Result = Sent | Refused | Later | Unreachable


@dataclass(frozen=True)
class Parcel:
    """One thing for one recipient, ready to go."""

    recipient: str
    """A mail address, or an address on the web."""
    body: bytes
    sender: str = ""
    """The envelope's sender, to which bounces go."""
    key: str = ""
    """The same at every try: a Message-ID or webhook-id."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of a request to an address on the web."""
    expects: bytes = b""
    """What the answer has to hold, or it is a refusal."""


class Channel(Protocol):
    """One way of delivering, used by one thread; it may keep a connection between parcels."""

    def send(self, parcel: Parcel) -> Result:
        """Deliver one parcel. Never raises for what a service or a network does."""

    def close(self) -> None:
        """Let go of what is kept between parcels."""
