"""A running portal in which every kind of text that must not be public holds a word that stands nowhere else."""

import gzip
import itertools
import json
import pathlib
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.running import RunningPortal

FAILS = "Searches fail for some people right now, everywhere."
WORKS = "Searches work again for all people everywhere."


class Office:
    """Staff at work through the API; `words` holds every word that must not show, by where it stood."""

    def __init__(self, portal: RunningPortal) -> None:
        self.portal = portal
        self.words: dict[str, str] = {}
        self.public: dict[str, str] = {}
        self._numbers = itertools.count(1)
        roles = [part for role in ("admin", "security", "responder", "messenger") for part in ("--role", role)]
        token = portal.command("token", "add", "office", *roles).strip()
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def secret(self, place: str) -> str:
        word = f"hush{next(self._numbers):03d}quagga"
        self.words[f"{place} {word}"] = word
        return word

    def shown(self, place: str) -> str:
        """A word that must be public, so that the search proves something."""
        word = f"loud{next(self._numbers):03d}quagga"
        self.public[f"{place} {word}"] = word
        return word

    def ask(self, method: str, path: str, body: Any = None, *, code: int | None = None, **headers: str) -> Any:
        status, _, answer = self.portal.request(method, f"/api/v1{path}", body, {**self.headers, **headers})
        assert status == code if code else status in {200, 201}, (method, path, status, answer[:500])
        return json.loads(answer)

    def declare(self, title: str, post: str | None = None, **more: Any) -> str:
        body = {"title": title, "severity": "major", "customer_impact": "yes", **more}
        if post:
            body["post"] = {"state": "investigating", "body": post, "confirm": True}
        return str(self.ask("POST", "/incidents", body)["ref"])

    def resolve(self, ref: str) -> None:
        post = {"state": "resolved", "body": WORKS, "confirm": True}
        self.ask("POST", f"/incidents/{ref}/posts", post)

    def article(self, ref: str, secret: str, *moves: str) -> None:
        """A postmortem with a word in each section, then the moves."""
        names = ("summary", "impact", "contributing_factors", "resolution", "faq")
        sections = {name: f"{FAILS} {self.secret(secret) if secret else self.shown('section')}" for name in names}
        sections["internal_notes"] = self.secret("internal notes")
        title = f"Slow searches {self.secret(secret) if secret else self.shown('article')}"
        values = {"title": title, "sections": sections, "public": True, "tags": [self.secret(secret)] if secret else []}
        self.ask("PUT", f"/incidents/{ref}/postmortem", values)
        for to in moves:
            self.ask("POST", f"/incidents/{ref}/postmortem/state", {"to": to})


def everything(office: Office) -> list[str]:
    """Act out each kind of secret, some of them public for a while; answers all refs."""
    office.ask("POST", "/components", {"name": "Search", "group": "Product"})
    name, group, about = office.secret("hidden name"), office.secret("hidden group"), office.secret("hidden words")
    hidden = {"name": name, "group": group, "description": about, "hidden": True}
    shadow = office.ask("POST", "/components", hidden)["slug"]
    known = office.declare(
        office.secret("internal title"),
        f"{FAILS} {office.shown('post')}",
        public_title=f"Search is slow {office.shown('title')}",
        summary=office.secret("summary"),
        reporter={"kind": "customer", "name": office.secret("reporter"), "contact": office.secret("contact")},
        components={"search": "major_outage", shadow: "major_outage"},
    )
    at_known(office, known)
    unposted = office.declare(
        office.secret("unposted"), public_title=office.secret("unposted"), components={"search": "partial_outage"}
    )
    office.ask("PUT", f"/incidents/{unposted}/postmortem", {"title": office.secret("draft"), "public": True})
    private = office.declare(office.secret("private"), security=True, summary=office.secret("private"))
    drill = office.declare(office.secret("drill"), kind="drill")
    false = office.declare(office.secret("false positive"))
    seen, lesson = office.secret("what was seen"), office.secret("lesson")
    close = {"outcome": "false_positive", "what_was_seen": seen, "lesson": lesson}
    office.ask("POST", f"/incidents/{false}/close", close)
    were = were_public(office)
    return [known, unposted, private, drill, false, *were]


def at_known(office: Office, ref: str) -> None:
    """What staff keep at an incident that everybody sees."""
    base = f"/incidents/{ref}"
    bad = f"Ada fixes {office.secret('refused post')}, see https://ada:hunter22@corp.example"
    office.ask("POST", f"{base}/posts", {"state": "identified", "body": bad}, code=422)
    office.ask("POST", "/lint", {"state": "identified", "body": office.secret("lint"), "ref": ref})
    office.ask("POST", f"{base}/timeline", {"kind": "note", "text": office.secret("note")})
    office.ask("POST", f"{base}/links", {"url": f"https://{office.secret('link')}.example/", "title": "chat"})
    office.ask("PATCH", base, {"workaround": office.secret("workaround")})
    office.ask("PUT", f"{base}/roles/buddy", {"person": office.secret("role")})
    written = {"state": "identified", "public_title": office.secret("draft of a title")}
    for fate in ("kept", "thrown away", "scheduled"):
        later = {"publish_at": (datetime.now(UTC) + timedelta(days=7)).isoformat()} if fate == "scheduled" else {}
        draft = written | {"body": f"{FAILS} {office.secret(f'draft {fate}')}", "confirm": True} | later
        made = office.ask("POST", f"{base}/drafts", draft)
        if fate == "thrown away":
            office.ask("DELETE", f"/drafts/{made['id']}")
    office.ask("POST", f"{base}/calls", {"team": "support", "reason": office.secret("call")})
    seen = {"title": office.secret("signal"), "text": office.secret("signal"), "contact": office.secret("signal")}
    office.ask("POST", "/signals", {**seen, "kind": "report"})
    office.resolve(ref)
    office.article(ref, "", "in_review", "reviewed", "published")
    followup = {"title": office.secret("follow-up"), "owner": office.secret("owner")}
    office.ask("POST", f"{base}/followups", followup)
    office.ask("POST", f"{base}/followups", {"title": f"Test it {office.shown('follow-up')}", "public": True})


def were_public(office: Office) -> list[str]:
    """Words that everybody could read until somebody took them back; a full build keeps an older release meanwhile."""
    gone = office.declare(f"Later private {office.secret('was public')}", f"{FAILS} {office.secret('was public')}")
    redacted = office.declare(f"Slow {office.shown('kept')}", f"{FAILS} {(word := office.secret('redacted'))}")
    withdrawn = office.declare("Slow again", FAILS)
    office.resolve(withdrawn)
    office.article(withdrawn, "withdrawn", "in_review", "reviewed", "published")
    component = office.ask("POST", "/components", {"name": office.secret("later hidden"), "slug": "later"})
    renamed = office.ask("POST", "/components", {"name": f"Old {office.secret('old name')}", "slug": "renamed"})
    planned = office.declare(f"False {office.shown('false alarm')}", FAILS)
    office.portal.command("build")
    pages = list(files(office.portal.home / "releases"))
    missing = [
        name for name in ("was public", "redacted", "withdrawn", "later hidden") if not _holds(office, pages, name)
    ]
    assert not missing, "never public, so taking it back proves nothing"
    office.ask("PATCH", f"/incidents/{gone}", {"security": True})
    office.ask("POST", f"/incidents/{redacted}/posts/1/redact", {"words": word})
    office.ask("POST", f"/incidents/{withdrawn}/postmortem/state", {"to": "withdrawn"})
    office.ask("PATCH", f"/components/{component['slug']}", {"hidden": True})
    office.ask("PATCH", f"/components/{renamed['slug']}", {"name": "New name"})
    return [gone, redacted, withdrawn, planned]


def _holds(office: Office, pages: list[tuple[str, bytes]], place: str) -> bool:
    words = [word.encode() for told, word in office.words.items() if told.startswith(place)]
    return any(word in content for _, content in pages for word in words)


def files(top: pathlib.Path) -> "list[tuple[str, bytes]]":
    """(name, content) of every file below, unpacked."""
    found = []
    for path in sorted(top.rglob("*")):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            found.append((str(path.relative_to(top)), gzip.decompress(content) if path.suffix == ".gz" else content))
    return found


def found_in(words: dict[str, str], texts: "list[tuple[str, bytes]]") -> list[str]:
    """`place word: where` of each word that stands in one of the texts or their names, in any case of letters."""
    said = []
    for name, content in texts:
        lower = name.lower().encode() + b"\n" + content.lower()
        if b"hush" in lower or b"loud" in lower:
            said += [f"{place}: {name}" for place, word in words.items() if word.encode() in lower]
    return said
