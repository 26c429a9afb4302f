"""The publisher: brings the public files up to the database's last change, one publisher at a time."""

import contextlib
import fcntl
import logging
import pathlib
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from portal.config import Settings
from portal.domain.public import PublicIncident
from portal.site import full
from portal.site.plan import Artifact, plan
from portal.site.release import Identity, Release, Releases, deferring, is_locked, locked
from portal.site.render import Renderer, in_order
from portal.store.database import Database
from portal.store.ledger import changes_after
from portal.store.portal_row import last_change
from portal.store.public import PublicReader
from portal.store.witness import note
from portal.workers import building

log = logging.getLogger(__name__)

POLL_SECONDS = 0.1
RETRY_SECONDS = 1.0
LOOK_SECONDS = 0.2
"""How often somebody who waits looks for himself, though the loop in this process tells all of them."""
KEPT_INCIDENTS = 4000


class PublisherBusy(Exception):
    """A running portal publishes for this home; it will show the change."""


@dataclass(frozen=True)
class PublisherStatus:
    """`current`: the public files show every change; `error`: why the last attempt failed."""

    sequence: int
    current: bool
    error: str | None


class Publisher:
    """Publishes one home. Methods may be called from any thread; one of them at a time touches files."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.releases = Releases(settings.home)
        self._lock_path = settings.home / "publisher.lock"
        self._running_path = settings.home / "running.lock"
        self._renderer: Renderer | None = None
        self._kept: dict[int, PublicIncident] = {}
        self._epoch = ""
        self._fingerprint: str | None = None
        self._woken = threading.Event()
        self._published = threading.Condition()
        self._work = threading.Lock()
        self._error: str | None = None
        self._building: threading.Thread | None = None
        self._runs = False

    # what doors call

    def wake(self) -> None:
        """Say that something was committed. Only a hint: the loop also looks by itself."""
        self._woken.set()

    def wait_until_public(self, sequence: int, timeout: float) -> bool:
        """Wait until the public files show a change, at most `timeout` seconds. Answers whether they do."""
        limit = time.monotonic() + timeout
        with self._published:
            while not self._shows(sequence):
                left = limit - time.monotonic()
                if left <= 0:
                    return False
                self._published.wait(min(left, LOOK_SECONDS if self._runs else POLL_SECONDS / 5))
        return True

    def status(self) -> PublisherStatus:
        """What the public files show, measured now."""
        identity = self._identity()
        last, epoch = self._last_change()
        if identity is None:
            return PublisherStatus(0, False, self._error or "there is no published site yet")
        current = identity.epoch == epoch and identity.sequence >= last and not identity.deferred
        return PublisherStatus(identity.sequence, current and self._is_ours(identity), self._error)

    def is_running_elsewhere(self) -> bool:
        """Whether a portal that runs (`serve` or `work`) publishes for this home."""
        return is_locked(self._running_path)

    # what commands call

    def publish_pending(self) -> None:
        """Bring the site up to date and return. Raises PublisherBusy when a running portal does it."""
        if self.is_running_elsewhere():
            raise PublisherBusy("a running portal publishes for this home")
        if self._must_rebuild() or self._publish_once():
            self.build()

    def build(self) -> pathlib.Path:
        """A full build into a new release, then the switch; answers the release's folder. Posts go on meanwhile."""
        return self._build(children=2, niceness=0)

    def check(self) -> list[str]:
        """How the published files differ from a rebuild out of the database; empty when they don't."""
        if self.releases.current() is None:
            return ["there is no published site: run `portal build`"]
        fresh = self.releases.begin()
        try:
            with locked(fresh.path / "building.lock"):
                sequence = building.build_into(self.settings, self.database, fresh, children=2, niceness=0)
                suspects: list[str] | None = None
                while True:
                    current = self.releases.current()
                    if current is None:
                        return ["there is no published site: run `portal build`"]
                    found = list(full.differences(current, fresh))
                    if not found or found == suspects:
                        return found + self._identity_faults(current)
                    suspects = found
                    with self._publishing():
                        if (identity := current.identity()) and identity.epoch == self._last_change()[1]:
                            self._catch_up_public(current, identity)
                        sequence, partly = self._catch_up(fresh, sequence, flush=False)
                        if partly:
                            return ["the whole site is being rebuilt right now: check again in a minute"]
        finally:
            building.discard(fresh)

    # the loop

    def run(self, stop: threading.Event) -> None:
        """Publish until `stop`: on every wake, and whenever another process has committed. Never raises."""
        self._runs = True
        self._running_path.parent.mkdir(parents=True, exist_ok=True)
        with self._running_path.open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH)
            seen = -1
            while not stop.is_set():
                try:
                    version = self.database.data_version()
                    if self._woken.is_set() or version != seen or self._error:
                        self._woken.clear()
                        seen = version
                        self._look()
                        note(self.settings.home, self.database.connection())
                    self._error = None
                except Exception as error:
                    failed = f"publishing failed: {_cause(error)}"
                    if failed != self._error:  # a disk stays full for hours
                        log.exception("publishing failed; the site stays as it was, it is tried again every second")
                    self._error = failed
                    stop.wait(RETRY_SECONDS)
                self._woken.wait(POLL_SECONDS)
        if self._building is not None:
            self._building.join()

    def _look(self) -> None:
        identity = self._identity()
        if identity is None or identity.epoch != self._last_change()[1]:
            self._build(children=0 if building.is_small(self.database) else 1, niceness=0)
            return
        if self._publish_once():
            self._build_beside(niceness=0)  # somebody waits, perhaps for a name to leave the site
        elif not self._is_ours(identity):
            self._build_beside(niceness=10)

    def _build_beside(self, niceness: int) -> None:
        """Start a full build in the background unless one runs."""
        if self._building is not None and self._building.is_alive():
            return

        def build() -> None:
            try:
                self._build(children=1, niceness=niceness)
            except Exception as error:
                self._error = f"the full build failed: {_cause(error)}"
                log.exception("the full build failed; the site goes on from the last release")
                time.sleep(RETRY_SECONDS)
            finally:
                self.database.close()
                self.wake()

        self._building = threading.Thread(target=build, name="full-build")
        self._building.start()

    # the work

    def _publish_once(self) -> bool:
        """Publish the pending changes into the current release. Answers whether a full build must follow."""
        with self._publishing():
            release = self.releases.current()
            identity = release.identity() if release else None
            if release is None or identity is None or identity.epoch != self._last_change()[1]:
                return True
            after = self._catch_up_public(release, identity)
        with self._published:
            self._published.notify_all()
        return bool(after.deferred)

    def _catch_up_public(self, release: Release, identity: Identity) -> Identity:
        reached, partly = self._catch_up(release, identity.sequence, flush=True)
        if reached == identity.sequence:
            return identity
        after = deferring(replace(identity, sequence=reached), partly)
        self.releases.sweep()
        release.record(after)
        return after

    def _catch_up(self, release: Release, start: int, *, flush: bool) -> tuple[int, list[int]]:
        """Apply the changes after `start` to a release. Answers (sequence it shows now, changes shown only in part)."""
        with self.database.snapshot() as db:
            changes = changes_after(db, start)
            if not changes:
                return start, []
            todo = plan(touches for _, touches in changes)
            reader = full.reader_for(db, self.settings, self._kept_for_this_epoch())
            renderer = self._warm()
            files, failed = _rendered(renderer, reader, in_order(todo.artifacts))
        release.apply(files, flush=flush)
        if failed is not None:
            raise failed
        return changes[-1][0], [seq for seq, touches in changes if touches.everything]

    def _build(self, children: int, niceness: int) -> pathlib.Path:
        release = self.releases.begin()
        try:
            with locked(release.path / "building.lock"):
                sequence = building.build_into(self.settings, self.database, release, children, niceness)
                with self._publishing():
                    sequence, partly = self._catch_up(release, sequence, flush=False)
                    full.carry_assets(self.releases.current(), release, time.time())
                    identity = Identity(self._last_change()[1], sequence, self._ours(), tuple(partly))
                    release.record(identity)
                    self.releases.switch(release)
        except BaseException:
            public = self.releases.current()
            if public is None or public.path.name != release.path.name:
                building.discard(release)
            raise
        with self._published:
            self._published.notify_all()
        self.releases.sweep()
        return release.path

    @contextlib.contextmanager
    def _publishing(self) -> Iterator[None]:
        with self._work, locked(self._lock_path):
            yield

    def _must_rebuild(self) -> bool:
        identity = self._identity()
        return identity is None or identity.epoch != self._last_change()[1] or not self._is_ours(identity)

    def _identity(self) -> Identity | None:
        release = self.releases.current()
        return release.identity() if release else None

    def _identity_faults(self, release: Release) -> list[str]:
        identity = release.identity()
        last, epoch = self._last_change()
        if identity is None or identity.epoch != epoch:
            return ["the published site belongs to another database: run `portal build`"]
        if not identity.shows(last) or identity.sequence < last:
            return [f"the published site shows change {identity.sequence}, the database is at {last}"]
        return [] if self._is_ours(identity) else ["settings, texts or program have changed: run `portal build`"]

    def _shows(self, sequence: int) -> bool:
        identity = self._identity()
        return identity is not None and identity.epoch == self._last_change()[1] and identity.shows(sequence)

    def _is_ours(self, identity: Identity) -> bool:
        return identity.fingerprint == self._ours()

    def _ours(self) -> str:
        if self._fingerprint is None:
            self._fingerprint = full.fingerprint(self.settings)
        return self._fingerprint

    def _last_change(self) -> tuple[int, str]:
        return last_change(self.database.connection())

    def _warm(self) -> Renderer:
        if self._renderer is None:
            self._renderer = full.renderer_for(self.settings)
        return self._renderer

    def _kept_for_this_epoch(self) -> dict[int, PublicIncident]:
        epoch = self._last_change()[1]
        if epoch != self._epoch or len(self._kept) > KEPT_INCIDENTS:
            self._kept = {}
            self._epoch = epoch
            if self._renderer is not None:
                self._renderer.forget()
        return self._kept


def _rendered(
    renderer: Renderer, reader: PublicReader, artifacts: Sequence[Artifact]
) -> tuple[list[tuple[str, bytes | None]], Exception | None]:
    """The files of all artifacts that could be rendered, and why the first of the others could not: one page that
    fails must not keep up what has to leave the site, nor a post."""
    files: list[tuple[str, bytes | None]] = []
    failed: Exception | None = None
    for artifact in artifacts:
        if failed is not None and artifact.kind == "published":
            continue  # it would say that all is there
        try:
            files += list(renderer.render(reader, artifact))
        except Exception as error:
            failed = failed or error
    return files, failed


def _cause(error: Exception) -> str:
    """In words that anybody may read, since /readyz repeats them: paths and texts are in the log alone."""
    return (isinstance(error, OSError) and error.strerror) or f"{type(error).__name__}; the log says more"
