"""Pictures of the public pages in all looks, from a portal that this script fills itself: var/screenshots/*.png.

    make screenshots      or   .venv/bin/python bench/screenshots.py [FOLDER]

The made-up company of `portal serve --demo`; its page degraded, all well, under maintenance and in a major outage.
"""

import json
import pathlib
import shutil
import sys
import tempfile
from dataclasses import dataclass

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from playwright.sync_api import Browser, sync_playwright

from tests.chromium import NAMES
from tests.running import RunningPortal

PHONE = 390
LOOKS = [(width, scheme) for width in (1280, PHONE) for scheme in ("light", "dark")]
HEIGHTS = {1280: 900, PHONE: 844}
FAILING = ("web-application", "mobile-apps", "sign-in", "search", "file-uploads", "rest-api")
"""Half of all components: what the page calls a major outage."""


@dataclass
class Camera:
    """Takes a page in all looks: the whole of it, and of a phone the first screen as well."""

    browser: Browser
    portal: RunningPortal
    folder: pathlib.Path

    def take(self, name: str, path: str) -> None:
        for width, scheme in LOOKS:
            context = self.browser.new_context(
                viewport={"width": width, "height": HEIGHTS[width]},
                color_scheme=scheme,
                reduced_motion="reduce",
                device_scale_factor=2 if width == PHONE else 1,
            )
            page = context.new_page()
            page.goto(self.portal.url + path, wait_until="networkidle")
            picture = f"{name}-{width}-{scheme}"
            page.screenshot(path=self.folder / f"{picture}.png", full_page=True)
            if width == PHONE:
                page.screenshot(path=self.folder / f"{picture}-first-screen.png")
            context.close()
        print(name, path)


def main() -> None:
    folder = pathlib.Path(sys.argv[1] if sys.argv[1:] else "var/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    chromium = next(filter(None, map(shutil.which, NAMES)), None)
    if chromium is None:
        sys.exit("Chromium or Chrome is needed")
    with (
        tempfile.TemporaryDirectory() as home,
        RunningPortal(pathlib.Path(home) / "home", "--demo") as portal,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tell_and_take(portal, Camera(browser, portal, folder))
        browser.close()


def tell_and_take(portal: RunningPortal, camera: Camera) -> None:
    """Four states of the same page, one after the other, and the other kinds of pages where they show most."""
    slow = unresolved(portal)
    camera.take("index-degraded", "/")
    camera.take("incident", public_path(slow))
    camera.take("history", "/history/")
    camera.take("month", newest(portal, "history/20??-??"))
    camera.take("year", newest(portal, "history/20??"))
    camera.take("listing", newest(portal, "history/by/component/*/20??"))
    camera.take("component", "/components/file-uploads/")
    camera.take("archive", "/postmortems/")
    camera.take("postmortem", newest(portal, "postmortems/*-*"))
    camera.take("subscribe", "/subscribe/")
    camera.take("about", "/about/")
    camera.take("embed", "/embed/")
    camera.take("not-found", "/nothing-is-here/")

    done = "Uploads of every size are as fast as usual again. We watched them for half an hour before we wrote this."
    post(portal, slow, "resolved", done, "--component", "file-uploads=operational")
    camera.take("index-ok", "/")

    planned = json.loads(portal.get("/api/v2/scheduled-maintenances/upcoming.json")[2])["scheduled_maintenances"][0]
    post(
        portal,
        planned,
        "in_progress",
        "The upgrade has begun. Documents can be read; saving pauses for minutes at most.",
    )
    camera.take("index-maintenance", "/")
    camera.take("maintenance", public_path(planned))
    post(portal, planned, "completed", "The upgrade is done and everything can be saved again.")

    failing = [f"--component={slug}=major_outage" for slug in FAILING]
    seen = "Nobody can sign in, and pages that are open do not save. We are looking for the cause."
    grave = ["--severity", "critical", "--reason", "Nobody can work.", "--customer-impact", "yes"]
    said = ["--post", seen, "--next-update", "20", "--confirm"]
    portal.command("incident", "declare", "Signing in fails for everybody", *failing, *grave, *said)
    outage = unresolved(portal)
    known = "A certificate that our sign-in service needs has expired. We are putting the new one in place."
    action = "Keep open pages open; what you typed is kept until it can be saved."
    post(portal, outage, "identified", known, "--next-update", "20", "--customer-action", action)
    camera.take("index-major", "/")
    camera.take("incident-major", public_path(outage))


def post(portal: RunningPortal, incident: dict[str, str], state: str, body: str, *more: str) -> None:
    portal.command("incident", "post", reference(portal, incident), state, body, "--confirm", *more)


def unresolved(portal: RunningPortal) -> dict[str, str]:
    """The newest open incident, as the public JSON has it."""
    first: dict[str, str] = json.loads(portal.get("/api/v2/incidents/unresolved.json")[2])["incidents"][0]
    return first


def public_path(incident: dict[str, str]) -> str:
    return f"/incidents/{incident['id']}/"


def reference(portal: RunningPortal, incident: dict[str, str]) -> str:
    """INC-n of an incident that the public knows by another name."""
    listed = json.loads(portal.command("incident", "list", "--json"))["items"]
    return next(one["ref"] for one in listed if one["public_id"] == incident["id"])


def newest(portal: RunningPortal, pattern: str) -> str:
    """The address of the last of some pages, by name."""
    site = portal.home / "site"
    return f"/{max(page for page in site.glob(pattern) if page.is_dir()).relative_to(site)}/"


if __name__ == "__main__":
    main()
