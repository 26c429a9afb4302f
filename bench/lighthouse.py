"""Lighthouse on the demo's status page and on its open incident: scores, and each audit that is not perfect.

    make lighthouse       or   .venv/bin/python bench/lighthouse.py [URL ...]

It imitates a phone on a slow network. Performance depends on the machine as well; the other three do not.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from typing import Any

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from tests.running import RunningPortal

COMMAND = pathlib.Path(__file__).resolve().parent.parent / "var" / "lighthouse" / "node_modules" / ".bin" / "lighthouse"
REASONS = {"cumulative-layout-shift": "layout-shifts"}
"""Audits whose elements are named by another one."""
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def main() -> None:
    given = sys.argv[1:]
    if given:
        for url in given:
            tell(url, ask(url))
        return
    with tempfile.TemporaryDirectory() as folder, RunningPortal(pathlib.Path(folder) / "home", "--demo") as portal:
        unresolved = json.loads(portal.get("/api/v2/incidents/unresolved.json")[2])["incidents"]
        for path in ("/", f"/incidents/{unresolved[0]['id']}/"):
            tell(path, ask(portal.url + path))


def ask(url: str) -> dict[str, Any]:
    """Lighthouse's report of one page."""
    asked = [COMMAND, url, "--output=json", "--quiet", f"--only-categories={','.join(CATEGORIES)}"]
    flags = "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage"
    chrome = os.environ.get("CHROME_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
    if chrome is None or not COMMAND.exists():
        sys.exit("Chromium and the npm package lighthouse are needed; `make lighthouse` installs the package")
    done = subprocess.run(
        [*asked, flags], env={**os.environ, "CHROME_PATH": chrome}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def tell(name: str, report: dict[str, Any]) -> None:
    scores = {one: report["categories"][one] for one in CATEGORIES}
    print(f"{name}: " + ", ".join(f"{one} {round(100 * (scores[one]['score'] or 0))}" for one in CATEGORIES))
    for category, scored in scores.items():
        counted = [one["id"] for one in scored["auditRefs"] if one["weight"] or category != "performance"]
        for audit in (report["audits"][one] for one in counted):
            if audit["score"] is not None and audit["score"] < 1:
                print(
                    f"  {category}: {audit['id']} {audit['score']:.2f}, {audit.get('displayValue') or audit['title']}"
                )
                reason = report["audits"].get(REASONS.get(audit["id"], ""), audit)
                for item in (reason.get("details") or {}).get("items", [])[:5]:
                    print(f"    {shorter(item)}")


def shorter(item: dict[str, Any]) -> str:
    """What one finding is about: its element, its address, or all that there is to say."""
    about = item.get("node", {}).get("snippet") or item.get("url") or item.get("description") or json.dumps(item)
    return str(about)[:160]


if __name__ == "__main__":
    main()
