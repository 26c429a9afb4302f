"""What writers were told: which words the public must therefore read exactly once, and which never."""

import itertools
import re
import string
import threading
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

MARK = re.compile(r"(?<![a-z0-9])qx[a-z]{5}(?![a-z0-9])")
"""Each text carries a word that no other text has, so that it can be counted wherever it is shown."""


class Fate(Enum):
    ONCE = "acknowledged"
    NEVER = "refused, withdrawn or not for the public"
    EITHER = "nobody knows whether it was carried out"


class Kind(Enum):
    POST = "a post of an incident"
    MAINTENANCE = "a post of a maintenance"
    ARTICLE = "a section of a postmortem"


@dataclass
class Record:
    """Shared by all writers of one history."""

    fates: dict[str, Fate] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    outcomes: "Counter[str]" = field(default_factory=Counter)
    """How often writes of each kind ended in each way, as `post acknowledged`."""
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def mark(self, kind: Kind = Kind.POST, fate: Fate = Fate.NEVER) -> str:
        """A new word. Nothing that holds it has been sent yet."""
        with self._lock:
            number = next(self._numbers)
            letters = []
            for _ in range(5):
                number, digit = divmod(number, 26)
                letters.append(string.ascii_lowercase[digit])
            word = "qx" + "".join(reversed(letters))
            self.fates[word], self.kinds[word] = fate, kind
        return word

    def decide(self, words: list[str], fate: Fate) -> None:
        with self._lock:
            self.fates.update(dict.fromkeys(words, fate))

    def count(self, outcome: str) -> None:
        with self._lock:
            self.outcomes[outcome] += 1

    def of(self, fate: Fate) -> set[str]:
        with self._lock:
            return {word for word, found in self.fates.items() if found is fate}
