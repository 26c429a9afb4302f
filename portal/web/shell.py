"""Pages that the program renders itself, in the look of the published site: its shell with one of our blocks inside."""

import html
import os

from flask import Blueprint, Flask, Response, current_app

from portal.language import words_of
from portal.site.blocks import Blocks
from portal.web import problems
from portal.web.files import NoRelease, PublicFiles
from portal.web.headers import InlineHashes, content_policy
from portal.web.running import Portal

TITLE, CONTENT = "<!--title-->", "<!--content-->"


class Shell:
    """Renders pages of one portal."""

    def __init__(self, portal: Portal) -> None:
        self._files = PublicFiles(portal.settings.home)
        self._hashes = InlineHashes()
        self.words = words_of(portal.settings.language)
        self._blocks = Blocks(self.words)

    def page(self, title: str, block: str, status: int = 200, **values: object) -> Response:
        """A page of a release's shell; a bare one before the first release."""
        content = self._blocks(block, **values).source
        try:
            root = self._files.release().root
            with open(os.path.join(os.path.dirname(root), "shell.html"), encoding="utf-8") as file:
                around = file.read()
            policy = content_policy(dict(self._hashes.of(root)))
        except (NoRelease, FileNotFoundError):
            around, policy = self._blocks("subscriptions/bare", title=TITLE, content=CONTENT).source, content_policy({})
            around = around.replace(html.escape(TITLE), TITLE).replace(html.escape(CONTENT), CONTENT)
        before, _, after = around.partition(CONTENT)
        body = before.replace(TITLE, html.escape(title)) + content + after
        headers = {
            "Content-Security-Policy": policy,
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            "X-Robots-Tag": "noindex",
        }
        return Response(body, status, headers, content_type="text/html; charset=utf-8")

    def failed(self, error: Exception) -> Response:
        """A page for whatever went wrong; what nobody expected is logged once, by `problems`."""
        problem = problems.of_exception(error)
        told = problem.get_json()
        page = self.page(told["title"], "failed", problem.status_code, what=told["title"], detail=told["detail"])
        if "Retry-After" in problem.headers:
            page.headers["Retry-After"] = problem.headers["Retry-After"]
        return page


def register(app: Flask, portal: Portal) -> None:
    """Give an application that serves the public its shell."""
    app.extensions["shell"] = Shell(portal)


def the_shell() -> Shell:
    """The shell of the application that answers now."""
    found: Shell = current_app.extensions["shell"]
    return found


def words(text: str) -> str:
    """A text in the site's language."""
    return the_shell().words(text)


def fail_on_pages(bp: Blueprint) -> None:
    """Answer whatever goes wrong in these routes with a page."""
    bp.register_error_handler(Exception, _failed)


def _failed(error: Exception) -> Response:
    return the_shell().failed(error)
