"""`portal mail`: what goes out, what came back."""

import sys
from typing import Any

import click

from portal.cli import telling
from portal.cli.acting import as_json, command_of, query_of, read, write
from portal.cli.opening import open_portal, recording
from portal.verbs import commands_subscriptions as commands
from portal.verbs import mail, news, subscribers
from portal.web.api.queries import Page
from portal.web.api.queries_subscriptions import AboutIncident, InLanguage


@click.group()
def group() -> None:
    """Mail to subscribers: what waits, how it reads, what came back."""


def _tell_letter(answer: dict[str, Any]) -> None:
    count = answer["recipients"]
    to = "whoever asked" if count is None else f"{count} subscribers"
    click.echo(f"To: {to}\nSubject: {answer['subject']}\n\n{answer['text']}", nl=False)


def _tell_html(answer: dict[str, Any]) -> None:
    click.echo(answer["html"], nl=False)


@group.command()
@click.option("--limit", type=int, help="How many events at most (25).")
@click.option("--cursor", help="Go on where the page before ended.")
@as_json
def status(as_json: bool, **page: Any) -> None:
    """What waits and since when, and what failed."""
    read(mail.mail_overview, tell=_tell_status, as_json=as_json, **query_of(Page, **page))


@group.command()
@click.argument("ref")
@click.argument("seq", type=int)
@click.option("--language", help="Such as de.")
@click.option("--html", "as_html", is_flag=True, help="The HTML part instead of the text.")
@as_json
def preview(ref: str, seq: int, as_json: bool, as_html: bool, language: str | None) -> None:
    """The mail about post SEQ of REF, as subscribers get it."""
    tell = _tell_html if as_html else _tell_letter
    read(mail.preview_mail, ref, seq, tell=tell, as_json=as_json, **query_of(InLanguage, language=language))


@group.command()
@click.argument("kind", type=click.Choice(list(mail.KINDS)))
@click.argument("incident", metavar="REF", default="")
@click.option("--language", help="Such as de.")
@click.option("--html", "as_html", is_flag=True, help="The HTML part instead of the text.")
@as_json
def letter(kind: str, incident: str, as_json: bool, as_html: bool, language: str | None) -> None:
    """A mail that is about no post: the confirmation, or the reminder, postmortem or present state of REF."""
    tell = _tell_html if as_html else _tell_letter
    about = query_of(AboutIncident, incident=incident or None, language=language)
    read(mail.preview_letter, kind, tell=tell, as_json=as_json, **about)


@group.command()
@click.argument("ref")
@click.argument("seq", type=int)
@click.option("--reason", help="Why; the timeline keeps it.")
@as_json
def stop(ref: str, seq: int, reason: str | None, as_json: bool) -> None:
    """Send nothing more about post SEQ of REF; it stays public."""
    tell = telling.said("Stopped; {sent} mails had gone out.")
    write(news.stop_mail, ref, seq, command_of(commands.StopMail, reason=reason), tell=tell, as_json=as_json)


@group.command()
@click.option("--to", default="", help="The address that it was sent to, where the mail itself does not say so.")
@recording()
def bounce(to: str) -> None:
    """Take a bounce mail from standard input, as a mail server's alias pipes it in."""
    from portal.notify.bounces import read as read_bounce

    found = read_bounce(sys.stdin.buffer.read(), to)
    if found is None:
        click.echo("This is no failure of a mail of ours.")
        return
    number = subscribers.take_bounce(open_portal().context, found)
    click.echo(f"Noted for subscriber {number}." if number else "This is about nobody who follows.")


def _tell_status(answer: dict[str, Any]) -> None:
    if answer["server"] is None:
        click.echo("There is no mail server (setting smtp.host), so mail waits.")
    elif answer["unreachable_since"]:
        since = telling.moment(answer["unreachable_since"])
        click.echo(f"{answer['server']} can't be used since {since}: {answer['server_said']}")
    click.echo(f"{answer['subscribers']} subscribers, {answer['paused']} paused; {answer['waiting']} mails wait.")
    telling.table(
        ("FILED", "WHAT", "ABOUT", "WAITS", "SENT", "REFUSED", "STOPPED"),
        [
            (
                telling.moment(one["filed_at"]),
                one["event"].replace("_", " "),
                f"{one['ref']} {one['seq'] or ''}".strip(),
                str(one["waiting"] if one["recipients"] is None else one["recipients"]),
                str(one["sent"]),
                str(one["refused"]),
                one["withdrawn_because"] or "",
            )
            for one in answer["items"]
        ],
        "Nothing was mailed yet.",
    )
    for one in answer["failures"]:
        click.echo(f"{one['address'] or 'an address'}: {one['state']} after {one['attempts']} tries, {one['answer']}")
