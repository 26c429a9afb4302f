"""One process under strace: the calls it makes to change its home, and its end when one kills it or fails.

The process is forked from the tests, so that a run costs no start of Python; strace attaches before it does anything.
strace counts each call's name by itself and acts when a call is entered: a process killed at call n has not made it.
What the process tells goes through a socket, so that `write` is only ever a write to a file."""

import contextlib
import ctypes
import gc
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

MAKING = ("openat", "open", "creat", "mkdir", "mkdirat", "symlink", "symlinkat", "link", "linkat")
WRITING = ("write", "writev", "pwrite64", "pwritev", "sendfile", "copy_file_range", "ftruncate", "fallocate")
FLUSHING = ("fsync", "fdatasync", "sync_file_range", "syncfs")
MOVING = ("rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "fchmod", "chmod")
MUTATING = (*MAKING, *WRITING, *FLUSHING, *MOVING)
NO_SPACE = (*MAKING[3:], *WRITING, *FLUSHING, *MOVING[:3])
"""What fails on a full disk; opening an existing file and removing one do not."""
BROKEN = MUTATING[3:]
"""What fails on a broken disk; files that are open already, and those in memory, can still be read."""

_LINE = re.compile(r"(\d+) +(\w+)\((.*)")
_PR_SET_PTRACER, _ANYBODY = 0x59616D61, ctypes.c_ulong(-1)


@dataclass(frozen=True)
class Call:
    """One system call of a process: the `number`-th of its name (from 1), and how many of each name came before."""

    name: str
    number: int
    said: str
    before: dict[str, int]

    def killing(self) -> list[str]:
        return [f"?{self.name}:signal=KILL:when={self.number}"]

    def failing_once(self, error: str) -> list[str]:
        return [f"?{self.name}:error={error}:when={self.number}"]

    def failing_from_here(self, error: str) -> list[str]:
        """This call and all later ones that such a disk would refuse."""
        names = NO_SPACE if error == "ENOSPC" else BROKEN
        later = [f"?{name}:error={error}:when={self.before.get(name, 0) + 1}+" for name in names if name != self.name]
        return [*later, f"?{self.name}:error={error}:when={self.number}{'' if self.name == 'openat' else '+'}"]


@dataclass(frozen=True)
class End:
    """How a process ended: what it told (standard output, error), its exit code (None: killed), what strace did."""

    told: str
    complained: str
    code: int | None
    calls: tuple[Call, ...]
    struck: bool
    """Whether a call was made to fail, or the process killed."""


def run(work: Callable[[], int], home: pathlib.Path, injections: Sequence[str] | None = None) -> End:
    """Carry out `work` (answers an exit code) in a process of its own; with a list of injections, even an empty one,
    under strace, noting the calls that change `home`."""
    log = home.with_name(home.name + ".strace")
    out, told = socket.socketpair()
    err, complained = socket.socketpair()
    go, started = os.pipe()
    child = os.fork()
    if child == 0:
        for one in (out, err):
            one.close()
        os.close(started)
        os._exit(_be_the_victim(work, go, told, complained))
    for one in (told, complained):
        one.close()
    os.close(go)
    tracer = None if injections is None else _attach(child, log, injections)
    os.write(started, b"!")
    os.close(started)
    said = [_all_of(out), _all_of(err)]
    _, status = os.waitpid(child, 0)
    lines = []
    if tracer is not None:
        tracer.communicate()
        lines = log.read_text(errors="replace").splitlines()
    return End(
        told=said[0],
        complained=said[1],
        code=os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else None,
        calls=tuple(_calls(lines, child, home)),
        struck=any("(INJECTED)" in line or "killed by SIGKILL" in line for line in lines),
    )


@cache
def why_no_strace() -> str | None:
    """Why processes can't be traced here; None when they can."""
    if sys.platform != "linux":
        return "strace is for Linux"
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    return None if tried.returncode == 0 else f"strace may not trace here: {tried.stderr.strip()}"


def spread(calls: Sequence[Call], wanted: int) -> list[Call]:
    """This many of the calls, from the first to the last, evenly."""
    if wanted >= len(calls):
        return list(calls)
    return [calls[round(place * (len(calls) - 1) / (wanted - 1))] for place in range(wanted)]


@contextlib.contextmanager
def failing(process: int, log: pathlib.Path, injections: Sequence[str]) -> Iterator[None]:
    """While the block runs, calls of a running process fail, in all of its threads."""
    tracer = _attach(process, log, injections)
    try:
        yield
    finally:
        tracer.send_signal(signal.SIGINT)  # strace lets go of the process
        tracer.communicate()


def _be_the_victim(work: Callable[[], int], go: int, told: socket.socket, complained: socket.socket) -> int:
    gc.freeze()  # the end of the victim closes what it opened, and nothing else
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYBODY, 0, 0, 0)
    os.read(go, 1)
    signal.alarm(120)
    sys.stdout = told.makefile("w", buffering=1)
    sys.stderr = complained.makefile("w", buffering=1)
    try:
        code = work()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _attach(process: int, log: pathlib.Path, injections: Sequence[str]) -> "subprocess.Popen[bytes]":
    names = ",".join(f"?{name}" for name in MUTATING)
    inject = [word for one in injections for word in ("-e", f"inject={one}")]
    command = ["strace", "-f", "-y", "-s", "0", "-o", str(log), "-e", f"trace={names}", *inject, "-p", str(process)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert tracer.stderr is not None
    said = tracer.stderr.readline()
    assert b"attached" in said, said + tracer.stderr.read()
    return tracer


def _all_of(one: socket.socket) -> str:
    with one, one.makefile("rb") as file:
        return file.read().decode()


def _calls(lines: Sequence[str], process: int, home: pathlib.Path) -> Iterator[Call]:
    """The calls of the process itself that change something below `home`."""
    before: Counter[str] = Counter()
    for line in lines:
        found = _LINE.match(line)
        if found is None or int(found[1]) != process:
            continue
        name, said = found[2], found[3]
        if str(home) in said and (name not in ("openat", "open") or "O_CREAT" in said):
            yield Call(name, before[name] + 1, said.replace(str(home), ""), dict(before))
        before[name] += 1
