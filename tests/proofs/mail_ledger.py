"""What each subscriber must have got, held against what a mail server took: exactly one mail per event, in order."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from email import message_from_bytes

from portal.notify.mime import message_id
from tests.mailserver import Taken

DOMAIN = "example.com"


class Ledger:
    """The books of one history: `followed` says who was to be told of which event, as the test itself knows it."""

    def __init__(self) -> None:
        self.followed: dict[str, list[str]] = defaultdict(list)
        """recipient -> keys of the events that it must hear of, in order"""
        self.may: dict[str, set[str]] = defaultdict(set)
        """recipient -> keys that it may have got before it left, or that it refuses"""
        self.lost: Counter[str] = Counter()
        """Message-ID -> final answers that never reached the program"""

    def must(self, recipient: str, key: str) -> None:
        self.followed[recipient].append(key)

    def leaves(self, recipient: str) -> None:
        """Whoever leaves may have got what was filed until now, and need not."""
        self.may[recipient] |= set(self.followed.pop(recipient, []))

    def faults(self, taken: Sequence[Taken], incident_of: dict[str, int]) -> list[str]:
        """A sentence per entry that is wrong; none when every subscriber got each event once and in order."""
        said = []
        arrived: dict[str, list[str]] = defaultdict(list)
        for one in taken:
            arrived[one.recipient].append(str(message_from_bytes(one.raw)["Message-ID"]))
        for recipient in arrived.keys() | self.followed.keys():
            keys = {message_id(f"{key} {recipient}", DOMAIN): key for key in self.followed[recipient]}
            also = {message_id(f"{key} {recipient}", DOMAIN): key for key in self.may[recipient]}
            counts = Counter(arrived[recipient])
            for identity, key in keys.items():
                if counts[identity] == 0:
                    said.append(f"{recipient} was never told of {key}")
            for identity, count in counts.items():
                if identity not in keys and identity not in also:
                    said.append(f"{recipient} got a mail that nobody owed")
                elif count > 1 + self.lost[identity]:
                    said.append(f"{recipient} was told {count} times, {self.lost[identity]} answers were lost")
            said += _out_of_order(recipient, arrived[recipient], keys, incident_of)
        return said


def _out_of_order(
    recipient: str, arrived: Iterable[str], keys: dict[str, str], incident_of: dict[str, int]
) -> list[str]:
    """Compares the first arrivals of each incident with the order in which its events were filed."""
    said = []
    first = list(dict.fromkeys(identity for identity in arrived if identity in keys))
    for incident in {incident_of[key] for key in keys.values()}:
        came = [keys[identity] for identity in first if incident_of[keys[identity]] == incident]
        filed = [key for key in keys.values() if incident_of[key] == incident and key in came]
        if came != filed:
            said.append(f"{recipient} was told of incident {incident} in the order {came}")
    return said


def incidents(db: sqlite3.Connection) -> dict[str, int]:
    """event's key and moment -> its incident"""
    return {
        row[0]: row[1]
        for row in db.execute("SELECT key || ' ' || at, incident_id FROM outbox WHERE post_id IS NOT NULL")
    }
