"""Routes of subscribers and mail, for staff."""

from portal.domain.names import Permission
from portal.verbs import commands_subscriptions as commands
from portal.verbs import mail, news, subscribers
from portal.web.api import answers_subscriptions as said
from portal.web.api.queries import Page
from portal.web.api.queries_subscriptions import AboutIncident, InLanguage, OneSubscriber, SubscriberFilters
from portal.web.api.route import VERB, Route

_ADMIN = Permission.ADMIN

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        "/subscribers",
        subscribers.list_subscribers,
        said.Subscribers,
        "List who follows by mail",
        query=SubscriberFilters,
        permission=_ADMIN,
    ),
    Route(
        "POST",
        "/subscribers",
        subscribers.add_subscriber,
        said.SubscriberAsked,
        "Ask an address whether it wants to follow",
        command=commands.AddSubscriber,
        status=201,
        permission=_ADMIN,
        gate=True,
    ),
    Route(
        "DELETE",
        "/subscribers",
        subscribers.remove_subscriber,
        said.SubscriberRemoved,
        "Erase an address",
        query=OneSubscriber,
        permission=_ADMIN,
        gate=True,
    ),
    Route(
        "POST",
        "/subscribers/bounces",
        subscribers.note_report,
        said.BounceNoted,
        "Report a bounce or a complaint, as a mail provider does",
        command=commands.NoteBounce,
        permission=_ADMIN,
    ),
    Route(
        "GET",
        "/mail",
        mail.mail_overview,
        said.MailOverview,
        "What goes out by mail, what waits, what failed",
        query=Page,
    ),
    Route(
        "GET",
        "/incidents/{ref}/posts/{seq}/mail",
        mail.preview_mail,
        said.MailPreview,
        "The mail about a post, and how many get it",
        query=InLanguage,
        gate=True,
    ),
    Route(
        "GET",
        "/mail/letters/{kind}",
        mail.preview_letter,
        said.LetterPreview,
        f"A mail that is about no post: {', '.join(mail.KINDS)}",
        query=AboutIncident,
        gate=True,
    ),
    Route(
        "POST",
        "/incidents/{ref}/posts/{seq}/stop-mail",
        news.stop_mail,
        said.MailStopped,
        "Send nothing more about a post",
        command=commands.StopMail,
        permission=VERB,
        gate=True,
    ),
)
