"""The pictures that links to our pages show where they are shared: one per state, 1200 x 630, word and shape and colour.

    .venv/bin/python bench/share_images.py

Writes site_templates/theme/assets/share/*.png, and a folder for each other language that share.py names, with Chromium. They are kept in the repository: run it again
after a change of a word, a shape or a colour.
"""

import pathlib
import shutil

from playwright.sync_api import sync_playwright

from portal.language import words_of
from portal.site import shapes, share
from portal.site.badges import COLOURS

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "site_templates" / "theme" / "assets" / "share"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LARGEST = 40_000
PAGE = """<!doctype html><meta charset="utf-8"><style>
html { background: COLOUR }
body { margin: 0; height: 630px; width: 1200px; display: flex; align-items: center; gap: 56px; padding: 0 90px;
  box-sizing: border-box; color: #fff; font: 700 SIZEpx/1.1 "DejaVu Sans", Verdana, sans-serif; letter-spacing: -3px }
svg { flex: none; width: 240px; height: 240px; fill: #fff }
</style><svg viewBox="0 0 16 16"><path fill-rule="evenodd" d="SHAPE"/></svg><span>WORDS</span>"""
LOOKS = {
    "operational": (COLOURS["none"], shapes.TICK),
    "resolved": (COLOURS["none"], shapes.TICK),
    "notice": ("#3c4043", shapes.NOTICE),
    "postmortem": ("#3c4043", shapes.LINES),
} | {name: (COLOURS[name], shapes.OF_IMPACT[name]) for name in ("maintenance", "minor", "major", "critical")}


ROOM = 724
"""Pixels beside the shape."""


def main() -> None:
    found = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1200, "height": 630})
        for language in ("en", *share.DRAWN):
            for name, text in share.PICTURES.items():
                colour, shape = LOOKS[name]
                words = words_of(language)(text)
                size = min(100, round(ROOM / max(len(word) for word in words.split()) / 0.65))
                page = PAGE.replace("COLOUR", colour).replace("SHAPE", shape).replace("SIZE", str(size))
                tab.set_content(page.replace("WORDS", words))
                path = FOLDER / f"{share.picture(name, language)}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                tab.screenshot(path=path)
                weight = path.stat().st_size
                print(f"{language} {name:<12} {weight / 1000:5.1f} kB")
                assert weight < LARGEST, f"{path} is too large to be shared"
        browser.close()


if __name__ == "__main__":
    main()
