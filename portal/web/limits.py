"""How often one place, or anybody for one account, may try: a moving window in memory (RFC 6585, 429).

One process serves a portal, so memory holds all of its tries; a restart forgets them, which costs nothing that a guess
of a 256-bit token or a 12-character password could use.
"""

import ipaddress
import time
from dataclasses import dataclass, field
from typing import cast

from flask import current_app
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from portal.domain.errors import TooMany

SIGN_IN_PER_PLACE = parse("30 per 15 minutes")
SIGN_IN_PER_PLACE_AND_ACCOUNT = parse("10 per 15 minutes")
SIGN_IN_PER_ACCOUNT = parse("100 per 15 minutes")
"""From places where this person has not been; from the others it never keeps them out."""
LINK_PER_PLACE = parse("30 per 15 minutes")
TOKEN_PER_PLACE = parse("300 per 5 minutes")
"""Wrong API tokens; a right one is always let in."""
REPORT_PER_PLACE = parse("5 per 1 hour")
REPORT_IN_ALL = parse("300 per 1 hour")


@dataclass
class Limits:
    """The tries that one running portal has seen."""

    _window: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))

    def spend(self, limit: RateLimitItem, *keys: str) -> None:
        """Count one try. TooMany when there were as many as are allowed."""
        if not self._window.hit(limit, *keys):
            self._refuse(limit, *keys)

    def check(self, limit: RateLimitItem, *keys: str) -> None:
        """TooMany when there were as many tries as are allowed, without counting one."""
        if not self._window.test(limit, *keys):
            self._refuse(limit, *keys)

    def _refuse(self, limit: RateLimitItem, *keys: str) -> None:
        seconds = max(1, int(self._window.get_window_stats(limit, *keys).reset_time - time.time()) + 1)
        minutes = max(1, round(seconds / 60))
        raise TooMany(
            f"There were too many tries from here. Try again in {minutes} minute{'' if minutes == 1 else 's'}.", seconds
        )


def the_limits() -> Limits:
    """The limits of the application that answers the current request."""
    return cast(Limits, current_app.extensions["limits"])


def place(address: str | None) -> str:
    """What counts as one place: an IPv4 address, or the /64 that one IPv6 customer has."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
