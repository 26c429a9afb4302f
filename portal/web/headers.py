"""Security headers, and which paths may be kept, framed or read from other origins."""

import json
import os
import re
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache

from flask import Flask, Response

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""For answers that are no page of the site, such as JSON."""

HASH_NAMED = re.compile(r"^assets/(?:.*/)?[^/]*[.-][0-9a-f]{8,64}(?:\.[a-z0-9]+)+$")
FOR_OTHERS = re.compile(
    r"^(?:api/v2/.*\.json|(?:.*/)?[a-z]+\.(?:rss|atom)|updates\.json|published\.json|badge\.svg|badges/[^/]+\.svg"
    r"|maintenance\.ics|incidents/[^/]+/event\.ics|embed/status\.json|embed/banner\.js)$"
)
"""What pages of other origins may read: the public JSON, feeds, calendars, badges, the banner and what it reads."""
FRAMED = re.compile(r"^embed/(?:index\.html)?$")
"""The one page that other sites may put into a frame."""
SHORT = "public, max-age=10, stale-while-revalidate=50"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"


def content_policy(hashes: Mapping[str, Sequence[str]], framed: bool = False) -> str:
    """The Content-Security-Policy of public pages: own files, and inline parts with these hashes. The one that may be
    framed has nothing but its style sheet."""
    if framed:
        style = " ".join(hashes.get("embed-style-src", ())) or "'none'"
        return f"default-src 'none'; style-src {style}; base-uri 'none'; form-action 'none'; frame-ancestors *"
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *hashes.get("script-src", ())]),
        "style-src": " ".join(["'self'", *hashes.get("style-src", ())]),
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "font-src": "'self'",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def may_be_framed(path: str) -> bool:
    """Only the small view that is made for it."""
    return FRAMED.match(path) is not None


def cache_control(path: str) -> str:
    """How long a public file may be kept: hash-named assets for ever, data for seconds; pages are asked for."""
    if HASH_NAMED.search(path):
        return FOR_EVER
    return SHORT if FOR_OTHERS.match(path) and path != "published.json" else ASK_EACH_TIME


@lru_cache(maxsize=1024)
def public_headers(path: str, hashes: "Hashes") -> tuple[tuple[str, str], ...]:
    """All headers of an answer below `/` that do not depend on its content; `path` has no slash in front."""
    framed = may_be_framed(path)
    policy = content_policy(dict(hashes), framed)
    headers = {**ALWAYS, "Content-Security-Policy": policy, "Cache-Control": cache_control(path)}
    if not framed:
        headers["X-Frame-Options"] = "DENY"
    if FOR_OTHERS.match(path):
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return tuple(headers.items())


def harden(app: Flask) -> None:
    """Security headers on every answer; what a route sets itself stays."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        if "Content-Security-Policy" in response.headers and "X-Content-Type-Options" in response.headers:
            return response  # a public file: it has all of them
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", API_POLICY)
        if "frame-ancestors *" not in response.headers["Content-Security-Policy"]:
            response.headers.setdefault("X-Frame-Options", "DENY")
        return response


Hashes = tuple[tuple[str, tuple[str, ...]], ...]
"""(directive, its hashes) of each directive; hashable."""


class InlineHashes:
    """The hashes that a release lists beside its site folder, read again when that file changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[tuple[str, int, int, int], Hashes] | None = None

    def of(self, release_root: str) -> Hashes:
        """What `csp.json` says, {"script-src": ["'sha256-...'"], "style-src": [...]}; nothing when there is none."""
        place = os.path.join(os.path.dirname(release_root), "csp.json")
        try:
            status = os.stat(place)
            identity = (place, status.st_ino, status.st_mtime_ns, status.st_size)
            with self._lock:
                if self._kept is not None and self._kept[0] == identity:
                    return self._kept[1]
            with open(place, encoding="utf-8") as file:
                hashes = tuple((directive, tuple(listed)) for directive, listed in json.load(file).items())
        except FileNotFoundError:
            return ()
        with self._lock:
            self._kept = (identity, hashes)
        return hashes
