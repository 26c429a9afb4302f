"""What the database holds of an imported source, as its items change it one after the other."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from portal.domain.names import CustomerImpact, IncidentState, Kind, Outcome, PostState, Severity
from portal.domain.past import History, PastIncident, PastPost, settled
from portal.domain.times import to_text
from portal.store import past
from portal.store.ledger import INCIDENTS_PER_CHANGE
from portal.store.past import Impact, Moves, StoredIncident, StoredPost
from portal.verbs.context import Write
from portal.verbs.past_components import Placed

_SEVERITY = {"critical": Severity.CRITICAL, "major": Severity.MAJOR}
_POSTED = {"post_state", "first_post_at", "last_post_at"}


@dataclass(frozen=True)
class ImportedItem:
    """What became of one item."""

    label: str
    status: str
    """created, updated, unchanged or skipped"""
    why: str = ""


class Archive:
    """What the database holds of a source, as the items change it one after the other."""

    def __init__(self, write: Write, history: History, placed: Placed) -> None:
        self.write, self.source, self.placed = write, history.source, placed
        ids = list(dict.fromkeys(told.source_id for told in history.incidents))
        self.known = past.stored_incidents(write.db, history.source, ids)
        self.new: list[StoredIncident] = []
        self._tellings = Counter(told.source_id for told in history.incidents)
        self._taken = past.taken_ids(write.db, "incident")
        self._taken_posts = past.taken_ids(write.db, "post")

    @property
    def changed(self) -> list[StoredIncident]:
        return [one for one in self.known.values() if one.changed and not one.fresh]

    @property
    def small(self) -> bool:
        return len(self.new) + len(self.changed) + len(self.placed.created) <= INCIDENTS_PER_CHANGE

    def take(self, told: PastIncident) -> ImportedItem:
        told = settled(told, self.write.moment)
        stored = self.known.get(told.source_id)
        if stored is None:
            status, why = self._create(told)
        elif reason := self._left_alone(stored, told):
            status, why = reason
        else:
            status, why = self._change(stored, told)
        return ImportedItem(told.label, status, "; ".join(filter(None, (why, *told.notes))))

    def _create(self, told: PastIncident) -> tuple[str, str]:
        public_id = told.public_id or self.write.new_id()
        if public_id in self._taken:
            return "skipped", f"the portal has an incident {public_id} that was not imported from {self.source}"
        self._taken.add(public_id)
        stored = StoredIncident(None, {"public_id": public_id}, fresh=True)
        stored.posts = [self._post(post) for post in told.posts]
        stored.impacts = self._impacts(told)
        stored.redirects = set(told.redirects)
        stored.columns |= self._columns(told, stored) | {
            "declared_at": to_text(told.started_at),
            "declared_by": self.source,
            "source": self.source,
            "source_id": told.source_id,
            "created_at": self.write.now,
            "updated_at": to_text(told.updated_at) if told.updated_at else self.write.now,
        }
        self.known[told.source_id] = stored
        self.new.append(stored)
        return "created", ""

    def _left_alone(self, stored: StoredIncident, told: PastIncident) -> tuple[str, str] | None:
        if stored.hidden:
            return "skipped", "it is private in the portal"
        mine = stored.columns["updated_at"]
        if told.partial:
            newest = stored.columns["last_post_at"] or ""
            return ("unchanged", "older than what is here") if _minute(told) < newest[:16] else None
        if told.updated_at is not None:
            return ("unchanged", "older than what is here") if to_text(told.updated_at) < mine else None
        if stored.imported_at and mine > stored.imported_at:
            return "unchanged", "changed in the portal since it was imported, so left as it is"
        return None

    def _change(self, stored: StoredIncident, told: PastIncident) -> tuple[str, str]:
        same = told.updated_at is not None and to_text(told.updated_at) == stored.columns["updated_at"]
        doubtful = told.partial or (same and self._tellings[told.source_id] > 1)
        what, why = self._merge_posts(stored, told, rewrite=not doubtful), ""
        if doubtful:
            what += self._end_only(stored, told)
        elif told.updated_at is None and _ended(stored) and not _tells_end(told):
            why = "open in its source, resolved here: stays resolved"
        else:
            what += self._columns_changed(stored, told)
        if new_paths := set(told.redirects) - stored.redirects:
            stored.redirects |= new_paths
            what.append("old addresses")
        if not what:
            return "unchanged", why
        stored.what = list(dict.fromkeys((*stored.what, *what)))
        stored.changed = True
        stored.columns |= _of_posts(stored, stored.columns)
        if told.updated_at is None:
            stored.columns["updated_at"] = self.write.now
        return "updated", "; ".join(filter(None, (", ".join(what), why)))

    def _merge_posts(self, stored: StoredIncident, told: PastIncident, *, rewrite: bool) -> list[str]:
        used: set[int] = set()
        added = changed = 0
        for post in told.posts:
            found = self._same_post(stored, post, told.partial, used)
            if found is None:
                stored.posts.append(self._post(post))
                used.add(id(stored.posts[-1]))
                added += 1
                continue
            used.add(id(found))
            if rewrite and not found.redacted and self._rewrite(found, post):
                changed += 1
        stored.posts.sort(key=lambda post: post.display_at)
        return [f"{count} {word}" for count, word in ((added, "new posts"), (changed, "changed posts")) if count]

    def _same_post(self, stored: StoredIncident, told: PastPost, partial: bool, used: set[int]) -> StoredPost | None:
        mine = [post for post in stored.posts if post.author == self.source and id(post) not in used]
        if told.source_id is not None:
            for post in mine:
                if post.source_id == told.source_id:
                    return post
        minute = to_text(told.display_at)[:16]
        for post in mine:
            if (partial or post.source_id is None) and post.display_at[:16] == minute:
                return post
        return None

    def _rewrite(self, stored: StoredPost, told: PastPost) -> bool:
        fresh = self._post(told, stored.public_id)
        names = ("state", "body", "display_at", "source_id", "notify", "moves")
        differs = [name for name in names if getattr(stored, name) != getattr(fresh, name)]
        for name in differs:
            setattr(stored, name, getattr(fresh, name))
        stored.changed = stored.changed or bool(differs)
        return bool(differs)

    def _columns_changed(self, stored: StoredIncident, told: PastIncident) -> list[str]:
        what = []
        columns = self._columns(told, stored)
        differs = [name for name, value in columns.items() if stored.columns[name] != value]
        stored.columns |= columns
        if told.updated_at is not None:
            stored.columns["updated_at"] = to_text(told.updated_at)
        if "public_title" in differs:
            what.append("title")
        if {"resolved_at", "end_unknown", "state"} & set(differs):
            what.append("resolved" if columns["resolved_at"] else "open again")
        if (
            set(differs)
            - {"public_title", "title", "resolved_at", "end_unknown", "state", "closed_at", "outcome"}
            - _POSTED
        ):
            what.append("details")
        impacts = self._impacts(told)
        if sorted(impacts, key=repr) != sorted(stored.impacts, key=repr):
            stored.impacts, stored.impacts_changed = impacts, True
            what.append("impacts")
        return what

    def _end_only(self, stored: StoredIncident, told: PastIncident) -> list[str]:
        """A feed tells when it ended, not what it affected."""
        if told.resolved_at is None or _ended(stored):
            return []
        if told.end_unknown and stored.columns["resolved_at"]:
            return []
        end = to_text(told.resolved_at)
        stored.columns |= _over(end, told.end_unknown)
        stored.impacts = [
            (component, level, start, to or max(start, end)) for component, level, start, to in stored.impacts
        ]
        stored.impacts_changed = True
        return ["resolved"]

    def _columns(self, told: PastIncident, stored: StoredIncident) -> dict[str, Any]:
        planned = told.kind is Kind.MAINTENANCE
        begin = told.scheduled_for or told.started_at
        end = told.scheduled_until or (begin if told.end_unknown else told.resolved_at) or begin
        columns: dict[str, Any] = {
            "kind": told.kind.value,
            "title": told.title,
            "public_title": told.title,
            "severity": _SEVERITY.get(told.impact, Severity.MINOR).value,
            "customer_impact": (CustomerImpact.UNKNOWN if told.impact == "none" else CustomerImpact.YES).value,
            "impact_level": told.impact,
            "started_at": to_text(told.started_at),
            "scheduled_for": to_text(begin) if planned else None,
            "scheduled_until": to_text(max(begin, end)) if planned else None,
            "state": IncidentState.ACTIVE.value,
            "outcome": None,
            "resolved_at": None,
            "closed_at": None,
            "end_unknown": 0,
        }
        if told.resolved_at is not None:
            columns |= _over(to_text(told.resolved_at), told.end_unknown)
        return columns | _of_posts(stored, columns)

    def _post(self, told: PastPost, public_id: str | None = None) -> StoredPost:
        if public_id is None:
            public_id = told.public_id if told.public_id and told.public_id not in self._taken_posts else None
            public_id = public_id or self.write.new_id()
            self._taken_posts.add(public_id)
        moves: Moves = {
            self.placed.ids[move.component]: (move.old.value, move.new.value)
            for move in told.moves
            if move.component in self.placed.ids
        }
        at = to_text(told.display_at)
        return StoredPost(
            None,
            public_id,
            told.state.value,
            told.body,
            at,
            self.source,
            told.source_id,
            int(told.notify),
            False,
            moves,
        )

    def _impacts(self, told: PastIncident) -> list[Impact]:
        return [
            (
                self.placed.ids[one.component],
                one.level.value,
                to_text(one.from_at),
                to_text(one.to_at) if one.to_at else None,
            )
            for one in told.impacts
            if one.component in self.placed.ids
        ]

    def firsts(self) -> dict[int, str]:
        """The first day on which a written incident names each component."""
        found: dict[int, str] = {}
        for one in (*self.new, *self.changed):
            day = one.columns["started_at"][:10]
            for component in {impact[0] for impact in one.impacts} | {key for post in one.posts for key in post.moves}:
                found[component] = min(day, found.get(component, day))
        return found


def _of_posts(stored: StoredIncident, columns: dict[str, Any]) -> dict[str, Any]:
    last = stored.posts[-1].state if stored.posts else None
    if columns["resolved_at"] and last:
        last = (PostState.COMPLETED if columns["kind"] == Kind.MAINTENANCE else PostState.RESOLVED).value
    return {
        "post_state": last,
        "first_post_at": stored.posts[0].display_at if stored.posts else None,
        "last_post_at": stored.posts[-1].display_at if stored.posts else None,
    }


def _over(end: str, unknown: bool) -> dict[str, Any]:
    return {
        "resolved_at": end,
        "closed_at": end,
        "end_unknown": int(unknown),
        "state": IncidentState.CLOSED.value,
        "outcome": Outcome.RESOLVED.value,
    }


def _ended(stored: StoredIncident) -> bool:
    return bool(stored.columns["resolved_at"] and not stored.columns["end_unknown"])


def _tells_end(told: PastIncident) -> bool:
    """Whether the source itself says when it ended."""
    return told.resolved_at is not None and not told.end_unknown


def _minute(told: PastIncident) -> str:
    return to_text(told.posts[-1].display_at)[:16] if told.posts else ""
