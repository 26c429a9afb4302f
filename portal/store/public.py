"""The one place from which public outputs read: through `public_*` views, never from a table behind them."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from portal.domain import ladder
from portal.domain.names import ComponentStatus, worst
from portal.domain.postmortems import INTERNAL, public_text
from portal.domain.public import (
    Page,
    PostmortemEntry,
    PublicComponent,
    PublicFollowup,
    PublicGroup,
    PublicImpact,
    PublicIncident,
    PublicMove,
    PublicPost,
    PublicPostmortem,
    told_apart,
)
from portal.domain.uptime import DAYS, Interval, record
from portal.store.windows import day_before

SOMEBODY = "an engineer"
ROLE_WORDS = {
    "lead": "the incident lead",
    "messenger": "the messenger",
    "buddy": "the lead's buddy",
    "resolver": "the resolver",
}
_record = lru_cache(maxsize=2048)(record)


class PublicReader:
    """Public state inside one snapshot. `kept` may outlive it: incidents by (public id, change), read once."""

    def __init__(
        self,
        db: sqlite3.Connection,
        *,
        name: str,
        url: str,
        support_email: str,
        time_zone: str,
        weights: dict[ComponentStatus, float],
        people: Sequence[str] = (),
        kept: "dict[int, PublicIncident] | None" = None,
    ) -> None:
        self.db = db
        self._kept = {} if kept is None else kept
        self._people = people
        row = db.execute("SELECT * FROM portal").fetchone()
        last = db.execute("SELECT seq, at FROM change ORDER BY seq DESC LIMIT 1").fetchone()
        self.as_of: str = row["as_of"]
        groups = tuple(PublicGroup(**one) for one in db.execute("SELECT * FROM component_group ORDER BY position, id"))
        self.faces = told_apart(list(self._components()), {group.id: group.name for group in groups})
        intervals = self._intervals()
        rank: dict[int | None, int] = {group.id: number for number, group in enumerate(groups)}
        live = tuple(
            sorted(
                (
                    replace(
                        one,
                        status=worst([part.level for part in intervals.get(one.id, ()) if part.to_at is None]),
                        status_since=max(
                            (part.to_at or part.from_at for part in intervals.get(one.id, ())), default=None
                        ),
                    )
                    for one in self.faces.values()
                    if not one.retired
                ),
                key=lambda one: (rank.get(one.group_id, -1), one.position, one.id),
            )
        )
        unresolved = self.incidents("resolved_at IS NULL ORDER BY started_at DESC, id DESC")
        open_ones = tuple(one for one in unresolved if not one.is_maintenance)
        maintenances = tuple(
            sorted((one for one in unresolved if one.is_maintenance), key=lambda one: (one.scheduled_for or "", one.id))
        )
        loose = [one.colours for one in unresolved if one.colours]
        hashable = tuple(weights.items())
        self.page = Page(
            id=row["page_id"],
            name=name,
            url=url,
            support_email=support_email,
            time_zone=time_zone,
            created_at=row["created_at"],
            as_of=self.as_of,
            changed_at=last["at"] if last else row["created_at"],
            sequence=last["seq"] if last else 0,
            epoch=row["epoch"],
            groups=groups,
            components=live,
            overall=ladder.overall([one.status for one in live], loose),
            open=open_ones,
            maintenances=maintenances,
            records={
                one.id: _record(tuple(intervals.get(one.id, ())), self.as_of[:10], hashable, one.start_date)
                for one in live
            },
        )

    def _components(self) -> Iterator[PublicComponent]:
        for row in self.db.execute(
            "SELECT id, public_id, slug, name, description, group_id, position, showcase, start_date, created_at,"
            " updated_at, retired_at IS NOT NULL AS retired FROM public_component"
        ):
            yield PublicComponent(**{**row, "showcase": bool(row["showcase"]), "retired": bool(row["retired"])})

    def _intervals(self) -> dict[int, list[Interval]]:
        """Impacts that reach into the last 90 days, by component; one whose end nobody knows colours nothing."""
        found: dict[int, list[Interval]] = {}
        start = day_before(self.as_of, DAYS)
        for row in self.db.execute(
            "SELECT component_id, level, from_at, to_at FROM public_impact"
            " WHERE (to_at IS NULL OR to_at >= ?) AND NOT EXISTS"
            " (SELECT 1 FROM public_incident WHERE id = incident_id AND end_unknown = 1) ORDER BY from_at, id",
            (start,),
        ):
            interval = Interval(ComponentStatus(row["level"]), row["from_at"], row["to_at"])
            found.setdefault(row["component_id"], []).append(interval)
        return found

    # incidents

    def incidents(self, where: str, values: Sequence[Any] = ()) -> list[PublicIncident]:
        """Incidents in the order of `where`: SQL after WHERE on public_incident, our own words, never a person's."""
        rows = self.db.execute(f"SELECT * FROM public_incident WHERE {where}", values).fetchall()
        missing = [row for row in rows if not self._is_kept(row)]
        for start in range(0, len(missing), 400):
            self._load(missing[start : start + 400])
        return [self._dated(self._kept[row["id"]]) for row in rows]

    def incident(self, public_id: str) -> PublicIncident | None:
        found = self.incidents("public_id = ?", (public_id,))
        return found[0] if found else None

    def newest(self, count: int) -> list[PublicIncident]:
        return self.incidents("1 ORDER BY started_at DESC, id DESC LIMIT ?", (count,))

    def incidents_listed(self, count: int) -> list[PublicIncident]:
        """The newest incidents and advisories, without maintenances."""
        return self.incidents("kind <> 'maintenance' ORDER BY started_at DESC, id DESC LIMIT ?", (count,))

    def month(self, month: str) -> list[PublicIncident]:
        """Incidents that started in a month (`2026-11`), newest first."""
        return self.incidents(
            "started_at >= ? AND started_at < ? ORDER BY started_at DESC, id DESC", (f"{month}-01", f"{month}-32")
        )

    def since(self, day: str) -> list[PublicIncident]:
        return self.incidents("started_at >= ? ORDER BY started_at DESC, id DESC", (day,))

    def of_component(self, component_id: int, count: int) -> list[PublicIncident]:
        """The newest incidents that had an impact on a component."""
        ids: dict[int, None] = {}
        for row in self.db.execute(
            "SELECT incident_id FROM public_impact WHERE component_id = ? ORDER BY from_at DESC, id DESC LIMIT ?",
            (component_id, 4 * count),
        ):
            ids.setdefault(row["incident_id"])
        chosen = self.incidents(f"id IN ({_marks(ids)})", list(ids))
        return sorted(chosen, key=lambda one: (one.started_at, one.id), reverse=True)[:count]

    def maintenance_list(self, count: int) -> list[PublicIncident]:
        return self.incidents("kind = 'maintenance' ORDER BY started_at DESC, id DESC LIMIT ?", (count,))

    def newest_posts(self, count: int) -> list[tuple[PublicIncident, PublicPost]]:
        """The newest posts of all incidents, newest first."""
        rows = self.db.execute(
            "SELECT id, incident_id FROM public_post ORDER BY display_at DESC, id DESC LIMIT ?", (count,)
        ).fetchall()
        ids = {row["incident_id"] for row in rows}
        by_id = {one.id: one for one in self.incidents(f"id IN ({_marks(ids)})", list(ids))}
        posts = {post.id: post for one in by_id.values() for post in one.posts}
        return [(by_id[row["incident_id"]], posts[row["id"]]) for row in rows]

    def redirect(self, path: str) -> str | None:
        """The public id that an old address leads to."""
        row = self.db.execute(
            "SELECT public_id FROM redirect JOIN public_incident ON public_incident.id = incident_id WHERE path = ?",
            (path,),
        ).fetchone()
        return row[0] if row else None

    def redirects(self) -> list[str]:
        return [
            row[0]
            for row in self.db.execute(
                "SELECT path FROM redirect JOIN public_incident ON public_incident.id = incident_id ORDER BY path"
            )
        ]

    def _is_kept(self, row: sqlite3.Row) -> bool:
        kept = self._kept.get(row["id"])
        return kept is not None and kept.change_seq == row["change_seq"]

    def _dated(self, incident: PublicIncident) -> PublicIncident:
        """The incident as this moment sees it: whether its promise has passed depends on `as_of`."""
        due = incident.next_update_due
        passed = due is not None and incident.resolved_at is None and due <= self.as_of
        return incident if passed == incident.promise_passed else replace(incident, promise_passed=passed)

    def _load(self, rows: Sequence[sqlite3.Row]) -> None:
        ids = [row["id"] for row in rows]
        marks = _marks(ids)
        moves: dict[int, list[PublicMove]] = {}
        for row in self.db.execute(
            "SELECT post_component.* FROM post_component JOIN public_post ON public_post.id = post_id"
            f" WHERE incident_id IN ({marks}) ORDER BY post_id, component_id",
            ids,
        ):
            if face := self.faces.get(row["component_id"]):
                move = PublicMove(face, ComponentStatus(row["old_status"]), ComponentStatus(row["new_status"]))
                moves.setdefault(row["post_id"], []).append(move)
        posts: dict[int, list[PublicPost]] = {}
        names: dict[int, str] = {}
        for row in self.db.execute(
            f"SELECT * FROM public_post WHERE incident_id IN ({marks}) ORDER BY incident_id, display_at, id", ids
        ):
            names[row["id"]] = row["public_id"]
            mine = posts.setdefault(row["incident_id"], [])
            mine.append(
                PublicPost(
                    row["id"],
                    row["public_id"],
                    len(mine) + 1,
                    row["state"],
                    row["body"],
                    row["customer_action"],
                    row["next_update_due"],
                    row["display_at"],
                    row["published_at"],
                    bool(row["notify"]),
                    row["corrects"],
                    tuple(moves.get(row["id"], ())),
                )
            )
        impacts: dict[int, list[PublicImpact]] = {}
        for row in self.db.execute(
            f"SELECT * FROM public_impact WHERE incident_id IN ({marks}) ORDER BY incident_id, from_at, id", ids
        ):
            impact = PublicImpact(
                self.faces[row["component_id"]], ComponentStatus(row["level"]), row["from_at"], row["to_at"]
            )
            impacts.setdefault(row["incident_id"], []).append(impact)
        articles = {
            row["incident_id"]: (row["slug"], row["published_at"])
            for row in self.db.execute(
                f"SELECT incident_id, slug, published_at FROM public_postmortem WHERE incident_id IN ({marks})", ids
            )
        }
        for row in rows:
            slug, published_at = articles.get(row["id"], (None, None))
            self._kept[row["id"]] = PublicIncident(
                id=row["id"],
                public_id=row["public_id"],
                kind=row["kind"],
                title=row["title"],
                severity=row["severity"],
                own_impact=row["impact_level"],
                false_alarm=bool(row["false_alarm"]),
                breadth=row["breadth"],
                audience=row["audience"],
                started_at=row["started_at"],
                resolved_at=row["resolved_at"],
                end_unknown=bool(row["end_unknown"]),
                next_update_due=row["next_update_due"],
                promise_passed=False,
                scheduled_for=row["scheduled_for"],
                scheduled_until=row["scheduled_until"],
                change_seq=row["change_seq"],
                posts=tuple(_named(post, names) for post in posts[row["id"]]),
                impacts=tuple(impacts.get(row["id"], ())),
                postmortem_slug=slug,
                postmortem_at=published_at,
            )

    # postmortems

    def postmortem(self, slug: str) -> PublicPostmortem | None:
        row = self.db.execute("SELECT * FROM public_postmortem WHERE slug = ?", (slug,)).fetchone()
        if row is None:
            return None
        followups = self.db.execute(
            "SELECT title, due, state, done_at FROM public_followup WHERE incident_id = ? ORDER BY id",
            (row["incident_id"],),
        )
        return self.article(row, followups)

    def article(
        self, row: sqlite3.Row, followups: Iterable[sqlite3.Row], *, with_people: bool = False
    ) -> PublicPostmortem:
        """The article of a row of `public_postmortem`, or of one that may become such a row. `with_people` leaves names
        and internal sections where they stand, for readers inside."""
        found = self.incidents("id = ?", (row["incident_id"],))
        notes = self.db.execute(
            "SELECT at, public_note FROM postmortem_revision WHERE postmortem_id = ? AND public_note IS NOT NULL"
            " ORDER BY id DESC",
            (row["id"],),
        )
        roles = {} if with_people else self._roles(row["incident_id"])
        return PublicPostmortem(
            slug=row["slug"],
            title=public_text(row["title"], roles),
            sections=json.loads(row["sections"]) if with_people else self._sections(row, roles),
            tags=tuple(json.loads(row["tags"])),
            published_at=row["published_at"],
            updated_at=row["updated_at"],
            incident=found[0] if found else None,
            followups=tuple(
                PublicFollowup(public_text(one["title"], roles), one["due"], one["state"], one["done_at"])
                for one in followups
            ),
            changelog=tuple((at, public_text(note, roles)) for at, note in notes),
        )

    def postmortems(self) -> Iterator[PublicPostmortem]:
        """Every public postmortem in full, newest first."""
        slugs = self.db.execute("SELECT slug FROM public_postmortem ORDER BY published_at DESC, id DESC").fetchall()
        for row in slugs:
            if article := self.postmortem(row["slug"]):
                yield article

    def archive(self) -> list[PostmortemEntry]:
        """Every public postmortem, newest first."""
        rows = self.db.execute(
            "SELECT id, incident_id, slug, title, sections, tags, published_at FROM public_postmortem"
            " ORDER BY published_at DESC, id DESC"
        ).fetchall()
        ids = [row["incident_id"] for row in rows]
        by_id: dict[int, PublicIncident] = {}
        for start in range(0, len(ids), 400):
            part = ids[start : start + 400]
            by_id |= {one.id: one for one in self.incidents(f"id IN ({_marks(part)})", part)}
        return [self._entry(row, by_id.get(row["incident_id"])) for row in rows]

    def _entry(self, row: sqlite3.Row, incident: PublicIncident | None) -> PostmortemEntry:
        roles = self._roles(row["incident_id"])
        return PostmortemEntry(
            slug=row["slug"],
            title=public_text(row["title"], roles),
            summary=self._sections(row, roles).get("summary", ""),
            published_at=row["published_at"],
            happened_at=incident.started_at if incident else row["published_at"],
            components=tuple((one.slug, one.label) for one in incident.components if not one.retired)
            if incident
            else (),
            tags=tuple(json.loads(row["tags"])),
            minutes=incident.minutes if incident else None,
        )

    def _sections(self, row: sqlite3.Row, roles: dict[str, str]) -> dict[str, str]:
        sections: dict[str, str] = json.loads(row["sections"])
        return {name: public_text(text, roles) for name, text in sections.items() if name not in INTERNAL}

    def _roles(self, incident_id: int) -> dict[str, str]:
        """Names of people who work here, which an article must not carry, and the words in their place."""
        named = dict.fromkeys(self._people, SOMEBODY)
        addresses: dict[str, list[str]] = {}
        for name, email in self.db.execute("SELECT name, email FROM person ORDER BY id"):
            named |= {name: SOMEBODY, email: SOMEBODY}
            addresses.setdefault(email.lower(), []).append(name)
        for name, email in self.db.execute(
            "SELECT former_name.name, email FROM former_name JOIN person ON person.id = person_id"
            " ORDER BY former_name.id"
        ):
            named.setdefault(name, SOMEBODY)
            addresses.setdefault(email.lower(), []).append(name)
        for person, role in self.db.execute(
            "SELECT person, role FROM role WHERE incident_id = ? AND accepted_at IS NOT NULL ORDER BY id",
            (incident_id,),
        ):
            for name in (person, *addresses.get(person.lower(), ())):
                named[name] = ROLE_WORDS[role]
        return {name: words for name, words in named.items() if "@" in name or " " in name}


def _named(post: PublicPost, names: dict[int, str]) -> PublicPost:
    """`corrects` holds a row's number until all posts are read; outside it is a public id."""
    return post if post.corrects is None else replace(post, corrects=names.get(int(post.corrects)))


def _marks(values: Iterable[Any]) -> str:
    return ",".join("?" for _ in values)
