"""The API of tests/web/api, under attack."""

from tests.web.api.conftest import api, app, caller, chief, incident, portal, token_for

__all__ = ["api", "app", "caller", "chief", "incident", "portal", "token_for"]
