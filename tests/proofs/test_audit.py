"""Every edit, deletion and reordering of the audit log is found; the honest log of every verb is whole."""

import importlib
import pathlib
import random
import re
import shutil
import sqlite3
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.errors import Refused
from portal.store.ledger import audit_faults, audit_hash
from portal.store.witness import note, witness_faults
from portal.verbs import (
    automation,
    commands,
    commands_keeper,
    drafts,
    exporting,
    identities,
    passwords,
    people,
    reports,
    sending,
    sessions,
    signals,
    timeline,
    triage,
)
from portal.verbs.commands_drafts import ApproveDraft, SaveDraft
from portal.verbs.commands_people import ChangePerson, SetPassword
from tests.cli.conftest import portal
from tests.conftest import ROOT, person
from tests.proofs import FULL
from tests.verbs.conftest import WORDS, desk
from tests.verbs.who_may import ACTORS, begin, carry_out, cases

__all__ = ["desk", "portal"]


FORGERIES = 1000 if FULL else 60
FIELDS = ("at", "actor", "action", "subject", "details", "previous_hash", "hash")
Row = dict[str, object]


@pytest.fixture
def story(desk, clock):
    return begin(desk, clock)


def honest(story, clock) -> None:
    """Carry out every verb, one after the other; what the state no longer allows is refused and leaves no row."""
    for verb, (asked, _) in cases(clock).items():
        clock.forward(seconds=7)
        try:
            carry_out(verb, story.context, story.actor, asked)
        except Refused:
            continue
    for name in ("one", "two"):
        people.add_token(story.context, story.actor, name, ["responder"])
        people.add_person(story.context, story.actor, f"{name}@example.com", ["responder"])
    people.revoke_token(story.context, story.actor, "one")
    sign_in_and_out(story.context, story.actor)
    send_drafts(story, clock)
    story.plan(clock.moment + timedelta(hours=1), clock.moment + timedelta(hours=2))
    story.do(signals.send_signal, commands_keeper.SendSignal(title="Down", key="down", started_at=clock.moment))
    (story.context.settings.home / "rota.yaml").write_text("rotas: []")
    clock.forward(hours=1, seconds=1)
    automation.run_due(story.context)
    be_forgotten(story, clock)
    for number in range(100):
        clock.forward(seconds=number)
        story.do(timeline.add_timeline, "INC-2", commands.AddTimeline(text=f"Line {number}, Ünïcode 🚨"))


def be_forgotten(story, clock) -> None:
    """A visitor's report is closed, and too long ago for anybody to call back."""
    report = commands_keeper.FileReport(text="Search is empty", contact="grace@customer.example")
    reports.file_report(story.context, reports.VISITOR, report)
    filed = story.sql("SELECT max(id) FROM signal")[0][0]
    story.do(triage.dismiss_signal, filed, commands_keeper.Dismiss(reason="A typo"))
    clock.forward(days=story.context.settings.process.contact_days, seconds=1)
    automation.run_due(story.context)


def send_drafts(story, clock) -> None:
    """Two are scheduled: the clock publishes the one that was read; the other one's writer has lost the account."""
    ref, writer = story.declare("Drafted")["ref"], story.as_(person("tim@example.com", "messenger"))
    people.add_person(story.context, story.actor, "tim@example.com", ["messenger"])
    at = clock.moment + timedelta(minutes=5)
    words = SaveDraft(state="investigating", body=WORDS["investigating"], publish_at=at, review=True)
    read, kept = (writer.do(drafts.save_draft, ref, words) for _ in range(2))
    story.do(sending.approve_draft, read["id"], ApproveDraft(version=read["version"]))
    clock.forward(minutes=6)
    assert sending.publish_scheduled_once(story.context)
    story.do(people.change_person, "tim@example.com", ChangePerson(disabled=True))
    assert sending.publish_scheduled_once(story.context)
    assert [drafts.get_draft(story.context, story.actor, one["id"])["post_seq"] for one in (read, kept)] == [1, None]


def sign_in_and_out(context, actor) -> None:
    """Every way in and out, a password, a change, and an export."""
    visitor = sessions.Visitor("192.0.2.1", "a browser")
    token = sessions.sign_in_by_link(context, people.new_link(context, actor, "one@example.com"), visitor)
    session = sessions.read_session(context, token)
    passwords.set_password(context, session, SetPassword(password="correct horse battery"))
    sessions.end_session(context, actor, session.id)
    who = identities.Identity("https://id.example.com", "7", "joins@example.com", True, "Joins")
    oidc = context.settings.oidc.model_copy(update={"domains": ["example.com"]})
    by_company = replace(context, settings=context.settings.model_copy(update={"oidc": oidc}))
    identities.sign_in_by_identity(by_company, who, visitor)
    people.change_person(context, actor, "one@example.com", ChangePerson(disabled=True))
    exporting.allow_export(context, people.Actor("sam@example.com", frozenset(people.Permission)))


def test_each_verb_leaves_a_whole_chain(story, clock):
    db, done = story.context.database.connection(), Counter()
    kept = sqlite3.connect(":memory:")
    db.backup(kept)
    for verb, (asked, may) in cases(clock).items():
        kept.backup(db)
        carry_out(verb, story.context, ACTORS["admin" if "admin" in may else "chief"], asked)
        assert list(audit_faults(db)) == [], verb.__name__
        done[db.execute("SELECT action FROM audit ORDER BY id DESC LIMIT 1").fetchone()[0]] += 1
    honest(story, clock)
    assert list(audit_faults(db)) == []
    done.update(action for (action,) in db.execute("SELECT action FROM audit"))
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "portal" / "verbs").glob("*.py"))
    known = set(re.findall(r"\.audit\(\s*\"([\w.]+)\"", sources))
    assert known - set(done) == set()


class Log:
    """An audit log in the hands of somebody who may write the database file, and who leaves no other trace."""

    def __init__(self, db: sqlite3.Connection, home: pathlib.Path) -> None:
        self.db = db
        self.db.row_factory = sqlite3.Row
        self.home = home
        self.triggers = self.db.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'"
        ).fetchall()
        for name, _ in self.triggers:
            self.db.execute(f"DROP TRIGGER {name}")
        self.rows: list[Row] = [dict(row) for row in self.db.execute("SELECT * FROM audit ORDER BY id")]

    def store(self, rows: list[Row]) -> None:
        """Put these rows in place of the log, with the ids that they have."""
        self.db.execute("DELETE FROM audit")
        for row in rows:
            names = ", ".join(row)
            marks = ", ".join("?" for _ in row)
            self.db.execute(f"INSERT INTO audit ({names}) VALUES ({marks})", tuple(row.values()))

    def wind_back(self, last: int) -> None:
        """Let SQLite forget that there were later rows."""
        self.db.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'audit'", (last,))

    def cover(self) -> None:
        """Leave the schema as it was."""
        for _, sql in self.triggers:
            self.db.execute(sql)

    def faults(self) -> list[str]:
        self.cover()
        return [*audit_faults(self.db), *witness_faults(self.home, self.db)]


def rehashed(row: Row) -> Row:
    parts = (str(row[name]) for name in ("at", "actor", "action", "subject", "details"))
    return {**row, "hash": audit_hash(str(row["previous_hash"]), *parts)}


def chained(rows: list[Row]) -> list[Row]:
    """The rows as a chain that is whole in itself, numbered from 1."""
    made: list[Row] = []
    for number, row in enumerate(rows, 1):
        before = made[-1]["hash"] if made else ""
        made.append(rehashed({**row, "id": number, "previous_hash": before}))
    return made


def changed(text: str, chance: random.Random) -> str:
    """A text that differs in something small."""
    at = chance.randrange(len(text) + 1)
    while True:
        made = chance.choice(
            [
                text[:at] + chance.choice('abc019 .:"{}é\u00a0\u200b\ud7ff') + text[at:],
                text[:at] + text[at + 1 :],
                text[:at] + chance.choice("abcdef0123456789") + text[at + 1 :],
                text.swapcase(),
                text.replace("a", "\u0430", 1),
                text + " ",
                "",
            ]
        )
        if made != text:
            return made


def edit(log: Log, chance: random.Random) -> str:
    """One field of one row, the last ones as often as all others."""
    rows, field = log.rows, chance.choice(FIELDS)
    at = chance.choice([chance.randrange(len(rows)), len(rows) - 1, 0])
    rows[at] = {**rows[at], field: changed(str(rows[at][field]), chance)}
    log.store(rows)
    return f"{field} of row {at + 1}"


def edit_and_hash(log: Log, chance: random.Random) -> str:
    """One field, and the row's own hash to match."""
    rows, field = log.rows, chance.choice(FIELDS[:5])
    at = chance.choice([chance.randrange(len(rows)), len(rows) - 1])
    rows[at] = rehashed({**rows[at], field: changed(str(rows[at][field]), chance)})
    log.store(rows)
    return f"{field} of row {at + 1}, hashed again"


def rewrite(log: Log, chance: random.Random) -> str:
    """A field, or a row left out, or two exchanged; and every hash after it made anew."""
    rows, at = log.rows, chance.randrange(len(log.rows) - 1)
    how = chance.choice(["edited", "left out", "exchanged"])
    if how == "edited":
        field = chance.choice(FIELDS[:5])
        rows[at] = {**rows[at], field: changed(str(rows[at][field]), chance)}
    elif how == "left out":
        del rows[at]
    else:
        rows[at], rows[at + 1] = rows[at + 1], rows[at]
    log.store(chained(rows))
    log.wind_back(len(rows))
    return f"row {at + 1} {how}, all hashed again"


def delete(log: Log, chance: random.Random) -> str:
    """Some rows: anywhere, at the beginning, at the end, or all."""
    rows, count = log.rows, chance.randint(1, 5)
    at = chance.choice([0, len(rows) - count, chance.randrange(len(rows) - count)])
    if chance.random() < 0.05:
        at, count = 0, len(rows)
    left = rows[:at] + rows[at + count :]
    numbered = chance.random() < 0.3
    log.store([{**row, "id": number} for number, row in enumerate(left, 1)] if numbered else left)
    if wound := chance.random() < 0.5:
        log.wind_back(len(left) if numbered else max((int(str(row["id"])) for row in left), default=0))
    return f"rows {at + 1} to {at + count} gone, numbered again: {numbered}, wound back: {wound}"


def reorder(log: Log, chance: random.Random) -> str:
    """Rows in another order, under the old ids."""
    rows = log.rows
    begin = chance.choice([0, chance.randrange(len(rows) - 1), len(rows) - 2])
    end = chance.randint(begin + 2, len(rows))
    part = rows[begin:end]
    turned = chance.choice([part[::-1], part[1:] + part[:1], part[-1:] + part[:-1]])
    if chance.random() < 0.5:  # the words move, the chain's own fields stay
        turned = [
            {**new, "previous_hash": old["previous_hash"], "hash": old["hash"]}
            for new, old in zip(turned, part, strict=True)
        ]
    rows[begin:end] = turned
    log.store([{**row, "id": number} for number, row in enumerate(rows, 1)])
    return f"rows {begin + 1} to {end} in another order"


def insert(log: Log, chance: random.Random) -> str:
    """A row that was never written, between others, hashed as it should be."""
    rows, at = log.rows, chance.randrange(1, len(log.rows))
    forged = rehashed({**rows[at], "actor": "mallory", "previous_hash": rows[at - 1]["hash"]})
    rows.insert(at, forged)
    log.store([{**row, "id": number} for number, row in enumerate(rows, 1)])
    return f"a row before row {at + 1}"


def renumber(log: Log, chance: random.Random) -> str:
    """The same rows in the same order, with a gap in their numbers."""
    rows, at = log.rows, chance.randrange(len(log.rows))
    log.store([{**row, "id": number + (number > at)} for number, row in enumerate(rows, 1)])
    return f"a gap before row {at + 1}"


WAYS = (edit, edit_and_hash, rewrite, delete, reorder, insert, renumber)


@pytest.fixture
def log(story, clock, tmp_path):
    """`log()` gives a copy of one long honest log, to forge."""
    honest(story, clock)
    db = story.context.database.connection()
    opened: list[sqlite3.Connection] = []
    note(tmp_path, db)

    def copy() -> Log:
        opened.append(sqlite3.connect(":memory:", isolation_level=None))
        db.backup(opened[-1])
        return Log(opened[-1], tmp_path)

    yield copy
    for one in opened:
        one.close()


def test_every_forgery_of_the_log_is_found(log, tell):
    untouched = log()
    untouched.store(untouched.rows)
    assert untouched.faults() == []
    chance, missed, done = random.Random(20261123), [], Counter()
    for number in range(FORGERIES):
        forged, way = log(), WAYS[number % len(WAYS)]
        said = way(forged, chance)
        done[way.__name__] += 1
        if not forged.faults():
            missed.append(said)
    assert missed == []
    kinds = ", ".join(f"{count} {name}" for name, count in done.items())
    tell("forged audit logs", f"{FORGERIES:,} of a log of {len(untouched.rows)} rows ({kinds}): all found")


def test_without_the_witness_a_log_that_was_written_anew_would_pass(log):
    """What the chain alone can't find; so the proof above can fail."""
    forged = log()
    rewrite(forged, random.Random(1))
    assert list(audit_faults(forged.db)) == []
    assert len(forged.faults()) == 1


def test_portal_check_finds_them_and_goes_on_finding_them(portal, tmp_path, monkeypatch, tell):
    """The command itself, on a portal with an imported past; what is written later does not make a forged log right."""
    monkeypatch.syspath_prepend(ROOT / "bench")
    importlib.import_module("archive").write(tmp_path / "past.json", 3)
    portal("import", "statuspage", str(tmp_path / "past.json"))
    words = ["--severity", "major", "--customer-impact", "yes", "--post", "We are aware of errors when searching here."]
    ref = portal.json("incident", "declare", "Search returns errors", *words)["ref"]
    for number in range(8):
        portal("token", "add", f"Program {number}", "--role", "responder")
    portal("check")
    place, kept = portal.home / "portal.db", portal.home.parent / "kept.db"
    portal("backup", str(kept))
    chance = random.Random(7)

    def forge(way) -> str:
        for companion in ("", "-wal", "-shm"):
            place.with_name(place.name + companion).unlink(missing_ok=True)
        shutil.copy(kept, place)
        db = sqlite3.connect(place, isolation_level=None)
        forged = Log(db, portal.home)
        said = way(forged, chance)
        forged.cover()
        db.close()
        return said

    for number in range(70 if FULL else 3):
        said = forge(WAYS[(2 * number + 1) % len(WAYS)])
        found = portal("check", code=1).output.splitlines()
        assert found, said
        assert all(line.startswith("audit: ") for line in found), f"{said}: {found}"
    forge(rewrite)
    portal("incident", "post", ref, "identified", "We have found the cause of the errors and are rolling it back now.")
    assert "the log was written anew" in portal("check", code=1).output
    tell("forged audit logs, `portal check`", f"{number + 1} forgeries: exit code 1 and a line that says `audit`, each")
