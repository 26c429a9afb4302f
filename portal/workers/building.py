"""Full builds in child processes: a thread that renders would slow every reader of this process."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

from portal.config import Settings
from portal.site import full
from portal.site.release import Release
from portal.store.database import Database
from portal.store.incidents import at_most

SMALL = 300
"""Up to this many incidents one process is quicker than starting others."""


class BuildFailed(Exception):
    """A child process could not build its share; its message says why."""


def is_small(database: Database) -> bool:
    return at_most(database.connection(), SMALL)


def build_into(settings: Settings, database: Database, release: Release, children: int, niceness: int) -> int:
    """Build a whole site into a new release; answers the sequence that all of it shows at least.

    With no children, or a small site and nobody to be nice to, the build runs in this process.
    """
    if children == 0 or (niceness == 0 and is_small(database)):
        return full.build_share(settings, database, release)
    started = [_start(settings, release, share, children, niceness) for share in range(children)]
    sequences = []
    failed = None
    for child in started:
        out, err = child.communicate()
        if child.returncode != 0:
            failed = err.strip().splitlines()[-1] if err.strip() else f"exit {child.returncode}"
        else:
            sequences.append(int(out))
    if failed is not None:
        raise BuildFailed(failed)
    return min(sequences)


def discard(release: Release) -> None:
    """Remove a release that never became public."""
    shutil.rmtree(release.path, ignore_errors=True)


def _start(settings: Settings, release: Release, share: int, shares: int, niceness: int) -> "subprocess.Popen[str]":
    job = {
        "settings": settings.model_dump(mode="json", exclude={"smtp"}),
        "release": str(release.path),
        "share": share,
        "shares": shares,
        "niceness": niceness,
    }
    command = [sys.executable, "-m", "portal.workers.building"]
    child = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    assert child.stdin is not None  # noqa: S101  (it is a pipe)
    child.stdin.write(json.dumps(job))
    child.stdin.close()
    child.stdin = None
    return child


def main() -> None:
    """A child: reads its job as JSON from standard input, prints the sequence it built."""
    job = json.load(sys.stdin)
    os.nice(job["niceness"])
    settings = Settings.model_validate(job["settings"])
    database = Database(settings.database_path)
    release = Release(pathlib.Path(job["release"]))
    print(full.build_share(settings, database, release, job["share"], job["shares"]))


if __name__ == "__main__":
    main()
