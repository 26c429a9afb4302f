"""The public site under `portal serve`: files of the switched link, conditional and compressed, with hard headers."""

from functools import lru_cache
from urllib.parse import quote

from flask import Flask, Response, request
from werkzeug.routing import BaseConverter

from portal.web.files import Found, NeedsSlash, NoRelease, Nothing, PublicFiles, Release
from portal.web.headers import ASK_EACH_TIME, Hashes, InlineHashes, harden, public_headers
from portal.web.running import Portal


class PublicPath(BaseConverter):
    """Any path, also `//`, but those below the API and the desk: these word their own 404 and 405."""

    regex = "(?!api/v1/|desk/)(?s:.*)"
    part_isolating = False
    weight = 1000


def register(app: Flask, portal: Portal) -> None:
    """Serve `PORTAL_HOME/site` at every path that no other route takes; put security headers on all answers."""
    files = PublicFiles(portal.settings.home)
    hashes = InlineHashes()
    app.url_map.merge_slashes = False  # its redirect would be built from the Host header
    app.url_map.converters["public"] = PublicPath

    @app.get("/", provide_automatic_options=False)
    @app.get("/<public:path>", provide_automatic_options=False)
    def public_file(path: str = "") -> Response:
        try:
            release = files.release()
            listed = hashes.of(release.root)
            answer = _answer(files, release, path, listed)
            if (answer.status_code == 404 or not listed) and (newer := files.release()).root != release.root:
                return _answer(files, newer, path, hashes.of(newer.root))  # the other one went while it was read
        except NoRelease:
            return _nothing_published()
        return answer

    harden(app)


def _answer(files: PublicFiles, release: Release, path: str, hashes: Hashes) -> Response:
    headers = list(public_headers(path, hashes))
    try:
        if _ambiguous():
            raise Nothing(path)
        found = release.find(path)
    except NeedsSlash as folder:
        # relative, so that neither the Host header nor a prefix in front of the site matters
        query = request.query_string.decode("latin-1")
        location = f"./{quote(folder.name)}/" + (f"?{query}" if query else "")
        return Response(status=301, headers=[*headers, ("Location", location)])
    except Nothing:
        response = _conditional(files, _not_found_page(release), 404, headers)
        response.headers["Cache-Control"] = ASK_EACH_TIME
        return response
    return _conditional(files, found, 200, headers)


def _ambiguous() -> bool:
    """Whether the address has slashes that were lost on its way into the path: doubled in front, or encoded."""
    asked = request.environ.get("REQUEST_URI", "").partition("?")[0]
    return request.environ["PATH_INFO"].startswith("//") or "%2f" in asked.lower()


def _conditional(files: PublicFiles, found: Found, status: int, headers: list[tuple[str, str]]) -> Response:
    body, etag, encoding = found.body, found.etag, None
    if found.compressible:
        headers.append(("Vary", "Accept-Encoding"))
        zipped = files.bodies.zipped(found) if wants_gzip(request.headers.get("Accept-Encoding", "")) else None
        if zipped is not None:
            body, etag, encoding = zipped, f"{found.etag}-gz", "gzip"
    if status == 200:
        headers.append(("ETag", f'"{etag}"'))
        if "If-None-Match" in request.headers and request.if_none_match.contains_weak(etag):
            unchanged = Response(status=304, headers=headers)
            del unchanged.headers["Content-Type"]
            return unchanged
    headers.append(("Content-Type", found.content_type))
    if encoding:
        headers.append(("Content-Encoding", encoding))
    return Response(body, status, headers)


@lru_cache(maxsize=256)
def wants_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header asks for gzip at least as much as for plain bytes (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, *parameters = (word.strip() for word in part.split(";"))
        weights[name] = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weights[name] = float(parameter[2:])
                except ValueError:
                    weights[name] = 0.0
    gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return gzip > 0 and gzip >= weights.get("identity", 0.0)


def _not_found_page(release: Release) -> Found:
    try:
        return release.find("404.html")
    except (Nothing, NeedsSlash):
        return Found(b"There is nothing at this address.\n", "none", "text/plain; charset=utf-8")


def _nothing_published() -> Response:
    said = "Nothing has been published here yet. `portal build` makes the first release.\n"
    response = Response(said, 503, content_type="text/plain; charset=utf-8")
    response.headers.update({"Retry-After": "5", "Cache-Control": "no-store"})
    return response
