"""The WSGI application, for other servers: `waitress-serve --call app:create_app`. Run `portal work` beside it."""

import contextlib

from flask import Flask

from portal import config, wiring
from portal.cli.running import in_use


def create_app() -> Flask:
    """The portal of portal.toml and the PORTAL_* variables, with its public files and its API."""
    settings = config.load()
    app = wiring.create_app(wiring.assemble(settings))
    app.extensions["home"] = held = contextlib.ExitStack()
    held.enter_context(in_use(settings.home))  # for as long as the application lives: no restore meanwhile
    return app
