"""The Flask application around the doors."""

from flask import Flask

from portal.web import api, bounced, headers, health, problems, report, shell, subscriptions, webhooks
from portal.web import desk as desk_pages
from portal.web import public as public_files
from portal.web.limits import Limits
from portal.web.running import Portal

MAX_BODY = 1024 * 1024
"""bytes"""


def create(portal: Portal, *, public: bool, desk: bool) -> Flask:
    """An application with the public files, the API and the desk for people inside, or both; health is always there."""
    app = Flask("portal.web", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.extensions["portal"] = portal
    app.extensions["limits"] = Limits()
    app.url_map.merge_slashes = False  # its redirects would carry the Host header's name
    below = {api.PREFIX: problems.of_exception}
    if desk:
        below[f"{desk_pages.PREFIX}/"] = desk_pages.of_exception
    problems.register(app, below)
    app.register_blueprint(health.bp)
    if desk:
        app.register_blueprint(api.bp)
        app.register_blueprint(desk_pages.bp)
    if public:
        shell.register(app, portal)
        app.register_blueprint(subscriptions.bp)
        app.register_blueprint(webhooks.bp)
        app.register_blueprint(bounced.bp)
        app.register_blueprint(report.bp)
        public_files.register(app, portal)
    else:
        headers.harden(app)
    return app
