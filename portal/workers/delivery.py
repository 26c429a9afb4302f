"""The delivery worker: threads, each with a channel of its own, that claim, send and write down what came of it."""

import contextlib
import fcntl
import logging
import os
import pathlib
import random
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from portal.domain.times import to_text
from portal.notify.channel import Channel, Parcel, Result, Unreachable
from portal.store import outbox
from portal.verbs.context import Context
from portal.verbs.delivering import (
    Claimed,
    Ended,
    claim,
    give_back,
    record,
    record_and_claim,
    start_delivering,
    withdraw,
)
from portal.verbs.fanning import ANNOUNCE

log = logging.getLogger(__name__)

MAIL = ("direct", "mail")
WEBHOOKS = ("webhook",)
ANNOUNCEMENTS = ("announce",)
HUB = ("hub",)
WEBHOOKS_LATE = ("webhook late",)
"""Queues of `delivery.channel`, the more urgent first."""
POLL_SECONDS = 0.25
IDLE_SECONDS = 30.0
"""After so long without work a kept connection is closed."""
LONGEST_PAUSE = 60.0
"""Between two looks whether a service that could not be reached is back."""


class Writer(Protocol):
    """Turns what was claimed into what is sent; shared by threads."""

    def parcel(self, claimed: Claimed, now: datetime) -> Parcel | None:
        """None when there is nothing any more that its reader may be told; ValueError when it can't be written."""


class Deliveries:
    """Delivers what waits for some queues; of each queue one per program."""

    def __init__(
        self,
        context: Context,
        postman: Writer,
        open_channel: Callable[[], Channel],
        threads: int,
        queues: Sequence[str],
    ) -> None:
        self.context, self.postman, self.open_channel = context, postman, open_channel
        self.threads, self.queues = threads, queues
        self._holder = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._busy: set[int] = set()
        self._claiming = threading.Lock()
        self._flowing = False
        self._failures = 0
        self._resume_at = 0.0

    def run(self, stop: threading.Event) -> None:
        """Deliver until `stop`; what is on its way then is finished. Never raises."""
        with delivering(self.context.settings.home, lambda: start_delivering(self.context)):
            workers = [
                threading.Thread(target=self._work, args=(stop,), name=f"delivery-{number}", daemon=True)
                for number in range(self.threads)
            ]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()

    def _work(self, stop: threading.Event) -> None:
        self.context.database.relax()
        channel = self.open_channel()
        worked = time.monotonic()

        def going() -> bool:
            return not stop.is_set() and time.monotonic() >= self._resume_at

        while not stop.is_set():
            try:
                if going() and self._deliver_while(channel, going):
                    worked = time.monotonic()
                    continue
            except Exception:
                log.exception("delivering failed; it goes on in a second")
                stop.wait(1.0)
            if time.monotonic() - worked > IDLE_SECONDS:
                channel.close()
            stop.wait(POLL_SECONDS)
        channel.close()
        self.context.database.close()

    def _deliver_once(self, channel: Channel) -> bool:
        """One delivery, if one is due."""
        return self._deliver_while(channel, lambda: False)

    def _deliver_while(self, channel: Channel, going: Callable[[], bool]) -> bool:
        """One delivery if one is due, and others as long as they are and `going` says so."""
        claimed = first = self._claim()
        while claimed is not None:
            taken = claimed
            try:
                claimed = self._end(taken, self._deliver(channel, taken), going)
            finally:
                self._busy.difference_update(taken.ids)
        return first is not None

    def _claim(self) -> Claimed | None:
        with self._claiming:
            try:
                return self._took(claim(self.context, self.queues, self._holder, self._busy, likely=self._flowing))
            except Exception:  # it may be claimed all the same, and would wait for the end of that lease
                give_back(self.context, self._holder, self._busy)
                raise

    def _end(self, claimed: Claimed, result: Result | None, going: Callable[[], bool]) -> Claimed | None:
        """Write down what became of one, and take the next at once while nothing else is to be said or done."""
        if result is None:
            return None
        ended = Ended(claimed, result, random.random())  # noqa: S311  (spreads load)
        alone = claimed.channel == ANNOUNCE  # its line in a timeline must not be written twice
        if alone or self._failures or isinstance(result, Unreachable) or not going():
            record(self.context, ended, self._holder)
            self._note(result)
            return None
        with self._claiming:
            try:
                return self._took(record_and_claim(self.context, ended, self.queues, self._holder, self._busy))
            except Exception:  # the next one can wait, but that this one was sent must be known
                record(self.context, ended, self._holder)
                give_back(self.context, self._holder, self._busy)
                raise

    def _took(self, claimed: Claimed | None) -> Claimed | None:
        self._flowing = claimed is not None
        if claimed is not None:
            self._busy.update(claimed.ids)
        return claimed

    def _deliver(self, channel: Channel, claimed: Claimed) -> Result | None:
        """What the service said; None when it was not asked, and the delivery is withdrawn."""
        try:
            parcel = self.postman.parcel(claimed, self.context.now())
        except ValueError as error:
            log.exception("delivery %s can't be written; it is given up", claimed.id)
            withdraw(self.context, claimed, f"it can't be written: {error}")
            return None
        if parcel is None:
            withdraw(self.context, claimed, "not public any more")
            return None
        return channel.send(parcel)

    def _note(self, result: Result) -> None:
        """Slow down while the service can't be reached, and say so once."""
        if isinstance(result, Unreachable):
            first = self._failures == 0
            self._failures += 1
            self._resume_at = time.monotonic() + min(LONGEST_PAUSE, 2.0 ** min(self._failures, 8) / 2)
            if first:
                log.warning(
                    "what goes out by %s waits, since its service can't be used: %s", self.queues[-1], result.said
                )
            self._tell(result.said)
        elif self._failures:
            self._failures, self._resume_at = 0, 0.0
            log.info("what goes out by %s goes out again", self.queues[-1])
            self._tell(None)

    def _tell(self, said: str | None) -> None:
        """Show it at the desk, which knows of one service: the mail server."""
        if tuple(self.queues) != MAIL:
            return
        with self.context.database.transaction() as db:
            outbox.note_service(db, to_text(self.context.now()), said)


@contextlib.contextmanager
def delivering(home: pathlib.Path, when_alone: Callable[[], None]) -> Iterator[None]:
    """As long as the block runs, others see that somebody delivers for this home. Calls `when_alone` first if nobody
    else does: then whoever held leases is gone."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "delivery.lock").open("a") as file:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            when_alone()
        fcntl.flock(file, fcntl.LOCK_SH)
        yield
