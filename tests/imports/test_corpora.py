"""Every file of the corpora goes in, once; what goes in is counted here by other means than the importers'."""

import gzip
import json
import re
from collections import defaultdict
from datetime import datetime

import pytest

from portal.imports.running import run_import

pytestmark = pytest.mark.corpora


def moment(text):
    return datetime.fromisoformat(text)


def listed(document):
    """(id, updates) of each incident that a document of the API lists."""
    for name in ("incidents", "scheduled_maintenances"):
        for one in document.get(name, ()) if isinstance(document, dict) else ():
            yield one["id"], {update["id"] for update in one["incident_updates"]}


def test_statuspage_pages(context, admin, corpora):
    expected = defaultdict(set)
    for path in sorted((corpora / "statuspage/pages").iterdir()):
        with gzip.open(path) as file:
            for identity, updates in listed(json.load(file)):
                expected[identity] |= updates
    report = run_import(context, admin, "statuspage", [corpora / "statuspage/pages"])
    assert report.counts == {"created": len(expected)}
    assert len(report.lines) == len(expected) > 1_100
    db = context.database.connection()
    stored = {row["public_id"]: row for row in db.execute("SELECT * FROM incident")}
    assert stored.keys() == expected.keys()
    assert {row["public_id"] for row in db.execute("SELECT public_id FROM post")} == set().union(*expected.values())
    assert db.execute("SELECT count(*) FROM impact WHERE to_at < from_at").fetchone()[0] == 0
    assert all(row["end_unknown"] == 1 for row in stored.values())
    assert db.execute("SELECT count(*) FROM impact WHERE to_at IS NULL").fetchone()[0] == 0
    assert run_import(context, admin, "statuspage", [corpora / "statuspage/pages"]).counts == {
        "unchanged": len(expected)
    }


def test_all_statuspage_files_at_once_and_again(context, admin, corpora):
    ids, files = set(), []
    for path in sorted((corpora / "statuspage").rglob("*")):
        if path.is_file():
            files.append(str(path.relative_to(corpora / "statuspage")))
            text = (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode()
            if path.suffix in {".rss", ".atom"}:
                ids |= set(re.findall(r"/incidents/([a-z0-9]{12})", text))
            elif path.suffix in {".json", ".gz"}:
                document = json.loads(text)
                ids |= {identity for identity, _ in listed(document)}
                for one in document if isinstance(document, list) else [document.get("incident", document)]:
                    if isinstance(one, dict) and one.get("status") in ("investigating", "resolved"):
                        ids.add(one["id"])
            else:
                ids |= set(re.findall(r'"incident_id": "([a-z0-9]{12})"', text))
    report = run_import(context, admin, "statuspage", [corpora / "statuspage"])
    stored = {row[0] for row in context.database.connection().execute("SELECT source_id FROM incident")}
    assert stored == ids
    assert [file for file in files if not any(line.startswith((f"{file} ", f"{file}:")) for line in report.lines)] == []
    assert sum(report.counts.values()) == len(report.lines)
    again = run_import(context, admin, "statuspage", [corpora / "statuspage"])
    assert set(again.counts) == {"unchanged", "skipped"}
    assert again.change is None


def test_cstate_sites(context, admin, corpora):
    files = sorted(
        path
        for path in (corpora / "cstate").rglob("*.md")
        if "issues" in path.parts and "_deleted-later" not in path.parts
    )
    report = run_import(context, admin, "cstate", [corpora / "cstate"])
    assert len(files) > 140
    assert report.counts == {"created": len(files)}
    db = context.database.connection()
    stored = {row["source_id"].split("/")[-1]: row for row in db.execute("SELECT * FROM incident")}
    assert sorted(stored) == sorted(path.name for path in files)
    for path in files:
        text, row = path.read_text("utf-8"), stored[path.name]
        assert row["public_title"] in " ".join(text.split())
        assert row["resolved_at"] >= row["started_at"]
        if re.search(r"^resolved: true", text, re.IGNORECASE | re.MULTILINE) and not row["end_unknown"]:
            said = re.search(r"^resolvedWhen: \D?(\d{4}-\d\d-\d\d)", text, re.MULTILINE)
            days = abs((moment(row["resolved_at"][:10]) - moment(said[1])).days)
            assert days <= 1
        shown = "".join(
            post["body"] for post in db.execute("SELECT body FROM post WHERE incident_id = ?", (row["id"],))
        )
        words = set(re.findall(r"[A-Za-z]{6,}", text.split("---")[2] if text.startswith("---") else ""))
        missing = {word.lower() for word in words - set(re.findall(r"[A-Za-z]{6,}", shown))}
        assert missing <= LABELS, path.name
    again = run_import(context, admin, "cstate", [corpora / "cstate"])
    assert again.counts == {"unchanged": len(files)}


LABELS = {"resolved", "monitoring", "investigating", "update", "updates", "problem"}
"""Words that become a post's state instead of its text."""


def test_an_issue_that_was_deleted_later_stays(context, admin, corpora, tmp_path):
    issues = tmp_path / "content/issues"
    issues.mkdir(parents=True)
    (tmp_path / "config.yml").write_text((corpora / "cstate/theme-demo/config.yml").read_text())
    gone = sorted((corpora / "cstate/theme-demo/_deleted-later").rglob("*.md"))
    for path in [*gone, *sorted((corpora / "cstate/theme-demo/content").rglob("*.md"))]:
        (issues / path.name).write_text(path.read_text())
    before = run_import(context, admin, "cstate", [tmp_path]).counts["created"]
    for path in gone:
        (issues / path.name).unlink()
    report = run_import(context, admin, "cstate", [tmp_path])
    assert report.counts == {"unchanged": before - len(gone)}
    assert context.database.connection().execute("SELECT count(*) FROM incident").fetchone()[0] == before
