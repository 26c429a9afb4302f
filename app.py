"""The WSGI application, for other servers: `waitress-serve --call app:create_app`. Run `portal work` beside it."""

from flask import Flask

from portal import config, wiring


def create_app() -> Flask:
    """The portal of portal.toml and the PORTAL_* variables, with its public files and its API."""
    return wiring.create_app(wiring.assemble(config.load()))
