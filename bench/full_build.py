"""The portal's full build beside `mkdocs build` of the very same tree with the same mkdocs.yml.

    make bench            or   .venv/bin/python bench/full_build.py [N ...]

Both run as commands of their own, in turns; the first turn does not count, unless N is so large that it is the only one.
The plain build makes the pages alone; the portal's makes feeds, JSON, calendar, badges and the Markdown tree as well, flushes
everything to the disk and switches. Prints medians of wall time and of processor time, and the ratios.
"""

import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import archive

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = pathlib.Path(sys.executable).parent
SITE_URL = "https://status.example.com"
LIMIT = 1.5
"""At most this many times the wall time of the plain build."""


def measure(count: int, rounds: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder) / "home"
        source = pathlib.Path(folder) / "past.json"
        archive.write(source, count)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        ours = {**inherited, "PORTAL_HOME": str(home), "PORTAL_SITE_URL": SITE_URL}
        run([BIN / "portal", "import", "statuspage", source], ours)
        portal, plain = [], []
        for _ in range(rounds + (rounds > 1)):
            portal.append(run([BIN / "portal", "build"], ours))
            release = (home / "site").resolve().parent
            theirs = {
                **inherited,
                "NO_MKDOCS_2_WARNING": "1",
                "PORTAL_DOCS_DIR": str(release / "docs"),
                "PORTAL_SITE_DIR": str(pathlib.Path(folder) / "plain"),
                "PORTAL_SITE_URL": f"{SITE_URL}/",
            }
            plain.append(run([BIN / "mkdocs", "build", "--quiet", "--config-file", ROOT / "mkdocs.yml"], theirs))
        built, made = (pages(place) for place in (release / "site", pathlib.Path(folder) / "plain"))
        assert made <= built, f"not the same tree: {sorted(made - built)[:3]}"
        wall, processor = (
            [statistics.median(one[kind] for one in each[-rounds:]) for each in (portal, plain)] for kind in (0, 1)
        )
        return {
            "N": count,
            "pages": len(made),
            "portal_s": round(wall[0], 2),
            "mkdocs_s": round(wall[1], 2),
            "ratio": round(wall[0] / wall[1], 2),
            "portal_cpu_s": round(processor[0], 2),
            "mkdocs_cpu_s": round(processor[1], 2),
            "cpu_ratio": round(processor[0] / processor[1], 2),
        }


def pages(site: pathlib.Path) -> set[str]:
    return {str(path.relative_to(site)) for path in site.rglob("index.html")}


def run(command: list[object], environment: dict[str, str]) -> tuple[float, float]:
    """(seconds of wall time, seconds of processor time) of a command and its children."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    sizes = [int(word) for word in sys.argv[1:]] or [2000]
    rows = [measure(size, rounds=3 if size <= 5000 else 1) for size in sizes]
    for row in rows:
        print(json.dumps(row))
    if any(float(str(row["ratio"])) > LIMIT for row in rows):
        raise SystemExit(f"a full build takes more than {LIMIT} times as long as the plain one")


if __name__ == "__main__":
    main()
