"""A running portal that holds every mybinder report, each stored as a customer of the API would store it."""

import json
import pathlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from portal.domain.times import to_text
from tests.postmortems.mybinder import Report, read_all
from tests.running import READY_S, RunningPortal

COMPONENTS = {"builds": "Image builds", "launches": "Launches"}
NOT_TOLD = {"detection": "", "communication": ""}
"""Sections that a draft fills from the incident's moments; those of a back-filled one say nothing."""
Call = Callable[..., Any]


@dataclass(frozen=True)
class Archive:
    portal: RunningPortal
    folder: pathlib.Path
    reports: list[Report]
    call: Call
    refs: dict[str, str]
    """The incident's reference by the report's name."""
    urls: dict[str, str]
    """Path of the published page by the report's name."""

    def text(self, path: str) -> str:
        status, _, body = self.portal.get(path)
        assert status == 200, f"{path}: {status}"
        return body.decode("utf-8")


@pytest.fixture(scope="module")
def archive(corpora: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = corpora / "postmortems" / "mybinder"
    home = tmp_path_factory.mktemp("mybinder")
    with RunningPortal(home, site_name="Binder", support_email="help@example.com") as portal:
        token = portal.command("token", "add", "archivist", "--role", "admin").strip()
        call = caller(portal, token)
        for slug, name in COMPONENTS.items():
            call("POST", "/components", {"slug": slug, "name": name})
        reports = read_all(folder)
        stored = {one.name: store(call, one) for one in reports}
        refs = {name: ref for name, (ref, _) in stored.items()}
        urls = {name: url.removeprefix(portal.url) for name, (_, url) in stored.items()}
        limit = time.monotonic() + READY_S
        while portal.get("/readyz")[0] != 200:  # until all of it is public
            assert time.monotonic() < limit, "the pages are not public"
            time.sleep(0.1)
        yield Archive(portal, folder, reports, call, refs, urls)


def caller(portal: RunningPortal, token: str) -> Call:
    """call(method, path, body) -> the JSON of an answer that must be a success; `wait`: until it is public."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(method: str, path: str, body: Any = None, *, wait: bool = True) -> Any:
        asked = headers if wait else {**headers, "Prefer": "respond-async"}
        status, _, answer = portal.request(method, f"/api/v1{path}", body, asked)
        assert status in (200, 201), f"{method} {path}: {status} {answer.decode()[:2000]}"
        return json.loads(answer)

    return call


def store(call: Call, report: Report) -> tuple[str, str]:
    """Declares the incident as it was, writes its postmortem and follow-ups, publishes; answers the incident's
    reference and the page's address."""
    affected = {"builds" if "build" in report.title.lower() + report.sections["summary"].lower() else "launches"}
    first = {
        "state": "investigating",
        "body": f"mybinder.org does not work as it should for some people ({report.title}). We look for the cause.",
        "components": dict.fromkeys(affected, "partial_outage"),
        "happened_at": to_text(report.started_at),
        "next_update_minutes": 60,
        "confirm": True,
    }
    last = {
        "state": "resolved",
        "body": "mybinder.org works again for everybody. The postmortem tells what happened, and when.",
        "happened_at": to_text(report.resolved_at),
        "confirm": True,
    }
    declared = {"title": report.title, "started_at": to_text(report.started_at), "severity": "major", "post": first}
    ref = call("POST", "/incidents", declared, wait=False)["ref"]
    call("POST", f"/incidents/{ref}/posts", last, wait=False)
    sections = {**NOT_TOLD, **report.sections}
    written = {"title": report.title, "sections": sections, "tags": report.tags, "public": True}
    call("PUT", f"/incidents/{ref}/postmortem", written)
    for one in report.actions:
        wanted = {"title": one.title, "public": True, "issue_url": one.url, "type": one.kind or "fix"}
        made = call("POST", f"/incidents/{ref}/followups", wanted)
        if one.done:
            call("PATCH", f"/followups/{made['id']}", {"state": "done"})
    for state in ("in_review", "reviewed", "published"):
        moved = call("POST", f"/incidents/{ref}/postmortem/state", {"to": state})
    return ref, str(moved["public_url"])
