"""The command line. Commands are imported when they are called, so that `portal token add` does not wait for MkDocs."""

import errno
import importlib
from typing import Any

import click

from portal import __version__
from portal.config import SettingsError
from portal.domain.errors import Refused
from portal.site.release import NotOurLink

COMMANDS = {
    "init": ("portal.cli.init:init", "Ask for what is missing, write portal.toml and make the first admin."),
    "serve": ("portal.cli.serve:serve", "Serve the public site, the desk and the API, and publish what changes."),
    "work": ("portal.cli.serve:work", "Run the workers alone: publisher and clock."),
    "build": ("portal.cli.build:build", "Render everything into a new release, then switch to it."),
    "check": ("portal.cli.build:check", "Compare database, audit log and public files with what they must be."),
    "incident": ("portal.cli.incident:group", "Declare incidents, post, recap, close."),
    "component": ("portal.cli.component:group", "What the status page lists."),
    "maintenance": ("portal.cli.maintenance:group", "Plan, change and cancel maintenance."),
    "postmortem": ("portal.cli.postmortem:group", "Write, review and publish postmortems."),
    "insight": ("portal.cli.insight:insight", "How fast, how often in time: the numbers over many incidents."),
    "reminder": ("portal.cli.reminder:group", "What waits for somebody, and asking again later."),
    "window": ("portal.cli.window:group", "Launch days, on which marketing is called to every incident."),
    "signal": ("portal.cli.signal:group", "Alerts and reports from outside."),
    "triage": ("portal.cli.triage:group", "What may be an incident: ask for advice, promote, dismiss."),
    "rota": ("portal.cli.rota:rota", "Who is on call."),
    "subscriber": ("portal.cli.subscriber:group", "Who follows by mail."),
    "webhook": ("portal.cli.webhook:group", "Who follows by webhook."),
    "mail": ("portal.cli.mail:group", "What goes out by mail, and what came back."),
    "import": ("portal.cli.import_:import_command", "Bring in the history of a Statuspage or cState page."),
    "export": ("portal.cli.export:export", "Write everything as JSON lines and Markdown."),
    "user": ("portal.cli.people:user", "People who work here."),
    "session": ("portal.cli.people:session", "Who is signed in at the desk."),
    "token": ("portal.cli.people:token", "API tokens."),
    "audit": ("portal.cli.looking:audit", "Who did what, when."),
    "settings": ("portal.cli.looking:settings", "The settings as they are in effect."),
    "backup": ("portal.cli.backup:backup", "Copy the database into a file, also while the portal runs."),
    "restore": ("portal.cli.backup:restore", "Put a backup in place and publish it."),
    "headers": ("portal.cli.headers:headers", "Security headers of this site, as configuration for nginx or Caddy."),
}
"""name -> (where it lives, what `portal --help` says about it)"""

DISK = {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT}
"""What a disk or its owner says no with: no fault of the program, so no traceback."""


class Commands(click.Group):
    """The table above as a click group; what a person can cause ends in one sentence and exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as refused:
            for line in explain(refused):
                click.echo(line, err=True)
        except (SettingsError, NotOurLink) as error:
            click.echo(str(error), err=True)
        except OSError as error:
            if error.errno not in DISK:
                raise
            click.echo(f"{error.filename or 'The disk'} can't be written: {error.strerror}.", err=True)
        raise SystemExit(2)


def explain(refused: Refused) -> list[str]:
    """What was refused and why, a line each: the sentence, then its reasons, fields or findings."""
    reasons = [reason for reason in refused.more.get("reasons", []) if reason != refused.detail]
    lines = [refused.detail.removesuffix(f" {reasons[0]}") if reasons else refused.detail]
    lines += [f"  - {reason}" for reason in reasons]
    for field, said in refused.more.get("errors", {}).items():
        lines += [f"  {field}: {sentence}" for sentence in said if f"{field}: {sentence}" != refused.detail]
    for finding in refused.more.get("findings", []):
        lines.append(f"  {finding['rule']} ({finding['level']}): {finding['message']}")
        if finding.get("suggestion"):
            lines.append(f"    suggestion: {finding['suggestion']}")
    return lines


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="portal", message="%(prog)s %(version)s")
def main() -> None:
    """A status page and postmortem portal. Settings come from portal.toml and PORTAL_* variables."""
