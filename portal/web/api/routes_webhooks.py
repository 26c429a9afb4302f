"""Routes of subscribers' webhooks, for staff."""

from portal.domain.names import Permission
from portal.verbs import commands_webhooks as commands
from portal.verbs import webhooks
from portal.web.api import answers_webhooks as said
from portal.web.api.queries import Page
from portal.web.api.route import Route

_ADMIN = Permission.ADMIN

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/webhooks",
        webhooks.list_webhooks,
        said.Webhooks,
        "List who follows by webhook",
        query=Page,
        permission=_ADMIN,
    ),
    Route(
        "POST",
        "/webhooks",
        webhooks.add_webhook,
        said.WebhookAsked,
        "Add a webhook, which follows once it has answered a challenge",
        command=commands.AddWebhook,
        status=201,
        permission=_ADMIN,
    ),
    Route(
        "DELETE",
        "/webhooks/{id}",
        webhooks.remove_webhook,
        said.WebhookRemoved,
        "Erase a webhook",
        permission=_ADMIN,
    ),
)
