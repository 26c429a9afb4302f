"""The public's door beside a mail server, and a browser without scripts at it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.web import shell, subscriptions
from tests.verbs.conftest import desk  # noqa: F401  (a fixture)
from tests.web.api.conftest import OpenPortal, ReadyPublisher
from tests.workers.conftest import mailing, server, settings  # noqa: F401  (fixtures)


@pytest.fixture
def browser(context) -> FlaskClient:
    app = Flask("portal.web", static_folder=None)
    portal = OpenPortal(context.settings, context.database, context, ReadyPublisher())
    app.extensions["portal"] = portal
    shell.register(app, portal)
    app.register_blueprint(subscriptions.bp)
    return app.test_client()
