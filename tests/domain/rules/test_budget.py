"""The rules on 2,321 real posts of others: rarely in the way, and the true cases are found."""

import gzip
import html
import json
import re
from collections import Counter
from datetime import datetime

import pytest

from portal.domain.names import ComponentStatus, PostState
from portal.domain.rules import Draft, Setting, examine

pytestmark = pytest.mark.corpora


def plain(body: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"<br ?/?>|</p>", "\n", body))).strip()


def drafts(incident):
    """The incident's posts, oldest first, each with what was known then."""
    names = {component["id"]: component["name"] for component in incident["components"]}
    before = None
    for update in sorted(incident["incident_updates"], key=lambda update: update["display_at"]):
        body = plain(update["body"])
        touched = {part["code"]: part["new_status"] for part in update["affected_components"] or []}
        yield (
            Draft(
                body,
                PostState(update["status"]),
                public_title=incident["name"] if before is None else None,
                is_first=before is None,
                previous_body=before,
                components={names[code]: ComponentStatus(status) for code, status in touched.items() if code in names},
                now=datetime.fromisoformat(update["display_at"]),
            ),
            Setting(support_email="support@example.com", component_names=tuple(names.values())),
        )
        before = body


@pytest.fixture(scope="module")
def examined(corpora):
    """(draft, findings) for every real post."""
    posts = []
    for path in sorted((corpora / "statuspage/pages").glob("*.incidents.json.gz")):
        for incident in json.loads(gzip.decompress(path.read_bytes()))["incidents"]:
            posts += [(draft, examine(draft, setting)) for draft, setting in drafts(incident)]
    assert len(posts) == 2321
    return posts


@pytest.mark.parametrize(("level", "share"), [("block", 0.01), ("confirm", 0.10), ("warn", 0.40)])
def test_findings_stay_inside_the_budget(examined, level, share):
    posts = sum(any(finding.level == level for finding in found) for _, found in examined)
    assert posts <= share * len(examined)


def test_every_post_that_names_another_zone_is_asked_about(examined):
    zone = re.compile(r"\d ?(?:[ap]m)? (?:PST|PDT|EST|EDT|CET|CEST|BST)\b", re.IGNORECASE)
    said = [{finding.rule for finding in found} for draft, found in examined if zone.search(draft.body)]
    assert len(said) >= 4
    assert all("P2" in rules for rules in said)


def test_the_empty_phrases_of_the_field_are_shown(examined):
    empty = {
        "We are continuing to investigate this issue.",
        "A fix has been implemented and we are monitoring the results.",
    }
    said = [{finding.rule for finding in found} for draft, found in examined if draft.body in empty]
    assert len(said) > 40
    assert all("P16" in rules for rules in said)


def test_posts_that_wait_for_a_resolution_do_not_claim_one(examined):
    waiting = re.compile(r"(?:as soon as|once) the (?:issue|matter) is (?:fully |completely )?resolved")
    claims = re.compile(
        r"(?:has|have) (?:now )?(?:been )?(?:resolved|fixed)|back to normal|(?:is|were) (?:also |now )?resolved"
    )
    said = [
        {finding.rule for finding in found}
        for draft, found in examined
        if waiting.search(draft.body) and not claims.search(waiting.sub("", draft.body))
    ]
    assert len(said) > 200
    assert Counter("P19" in rules for rules in said)[True] == 0
