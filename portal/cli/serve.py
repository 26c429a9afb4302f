"""`portal serve` and `portal work`."""

import contextlib
import functools
import logging
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Literal

import click

from portal import config, wiring
from portal.cli.opening import Sorry, open_portal, operator
from portal.cli.people import address
from portal.cli.running import InUse, in_use
from portal.config import Settings
from portal.domain.errors import NotFound
from portal.domain.names import Permission

WORKERS_STOP_S = 15.0
"""How long a stop waits for the workers to finish the step that they are at."""
SWITCH_S = 0.001
"""How long a thread may compute before another gets a turn: a page must not wait for one that is being rendered."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--demo", is_flag=True, help="Show a made-up company, kept in a home of its own (var/demo).")
@click.option("--no-work", is_flag=True, help="Serve only; `portal work` publishes, in another process.")
@click.option("--only", type=click.Choice(["public", "desk"]), help="Serve the public site or the desk alone.")
def serve(host: str, port: int, demo: bool, no_work: bool, only: Literal["public", "desk"] | None) -> None:
    """Serve the public site, the desk and the API, and publish what changes.

    SIGTERM and SIGINT stop it: requests in flight are answered first.
    """
    from portal.web.server import Server

    log_to_standard_error()
    sys.setswitchinterval(SWITCH_S)
    settings = config.load()
    if demo:
        settings = demo_settings(settings, host, port)
    with _using(settings):
        portal = _open(settings, demo)
        try:
            server = Server(wiring.create_app(portal, only), host, port, settings.trusted_proxies)
        except OSError as error:
            raise Sorry(
                f"Port {port} of {host} can't be used: {error.strerror}. Choose another with --port or --host."
            ) from error
        stop = threading.Event()
        server.stop_on_signals()
        with working(portal, stop) if not no_work else contextlib.nullcontext():
            token, link = _ways_in(portal, demo) if only != "public" else (None, None)
            here = f"http://[{host}]:{server.port}" if ":" in host else f"http://{host}:{server.port}"
            _announce(settings, here, only, token, link)
            server.run()
            stop.set()


@click.command()
def work() -> None:
    """Run the workers alone: publisher, clock, and whatever is sent outside."""
    log_to_standard_error()
    settings = config.load()
    with _using(settings):
        portal = open_portal(settings)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        with working(portal, stop):
            click.echo(f"Publishing {settings.home}. Stop with Ctrl-C.")
            stop.wait()


@contextlib.contextmanager
def working(portal: wiring.Portal, stop: threading.Event) -> Iterator[None]:
    """The workers as threads, as long as the block runs; at its end they finish the step that they are at."""
    from portal.workers.clock import run_clock
    from portal.workers.fanout import run_fanout

    publisher = portal.publisher
    threads = [
        _thread("publisher", lambda: publisher.run(stop)),
        _thread("clock", lambda: run_clock(portal.context, publisher, stop)),
        _thread("fan-out", lambda: run_fanout(portal.context, stop)),
        _thread("announcements", lambda: portal.announcements.run(stop)),
        *(_thread("webhook", functools.partial(one.run, stop)) for one in portal.webhooks),
    ]
    if portal.settings.websub_hub is not None:
        threads.append(_thread("hub", lambda: portal.hub.run(stop)))
    if portal.settings.smtp.host is not None:
        threads.append(_thread("delivery", lambda: portal.deliveries.run(stop)))
    try:
        yield
    finally:
        stop.set()
        publisher.wake()
        limit = time.monotonic() + WORKERS_STOP_S
        for thread in threads:
            thread.join(max(0.0, limit - time.monotonic()))
            if thread.is_alive():
                logging.getLogger(__name__).warning("the %s worker did not stop in time", thread.name)


def _open(settings: Settings, demo: bool) -> wiring.Portal:
    if not demo:
        return open_portal(settings)
    from portal.cli.demo import open_demo

    if not settings.database_path.exists():
        click.echo("Making up a company with a year behind it ...")
    return open_demo(settings)


def demo_settings(settings: Settings, host: str, port: int) -> Settings:
    """The demo's own home and names; an address that was set stays."""
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104  # compared, not bound
    default = Settings.model_fields["site_url"].default
    return settings.model_copy(
        update={
            "home": settings.home / "demo",
            "site_name": "Larkspur",
            "support_email": "support@larkspur.example",
            "site_url": f"http://{shown}:{port}" if settings.site_url == default else settings.site_url,
        }
    )


def log_to_standard_error() -> None:
    """One line per event, times in UTC."""
    formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])


@contextlib.contextmanager
def _using(settings: Settings) -> Iterator[None]:
    try:
        with in_use(settings.home):
            yield
    except InUse:
        raise Sorry(f"A backup is being restored in {settings.home}; start the portal when that is done.") from None
    except PermissionError as error:
        raise Sorry(f"{settings.home} can't be written: {error.strerror}.") from error


def _thread(name: str, work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


def _ways_in(portal: wiring.Portal, demo: bool) -> tuple[str | None, str | None]:
    """A token and a link to sign in, where they are to be printed. A disk that is full must not keep the page away."""
    from portal.verbs import people

    try:
        if demo:
            return _demo_token(portal), _demo_link(portal)
        link = people.first_link(portal.context, operator())
        if link is None and not people.colleagues(portal.context, operator()):
            click.echo(f"Nobody can sign in yet: {sys.argv[0]} user add EMAIL --role admin prints a link.")
    except sqlite3.OperationalError as error:
        logging.getLogger(__name__).warning("no link to sign in was made: %s", error)
        return None, None
    return None, link


def _demo_token(portal: wiring.Portal) -> str:
    """A token for trying things out, another one at each start, since no token can be read back."""
    from portal.verbs import people

    name = "demo"
    with contextlib.suppress(NotFound):
        people.revoke_token(portal.context, operator(), name)
    return people.add_token(portal.context, operator(), name, [Permission.ADMIN])


def _demo_link(portal: wiring.Portal) -> str:
    """Signs in as the demo's admin; another one at each start."""
    from portal.verbs import people

    found = people.list_people(portal.context, operator())["items"]
    admin = next(one["email"] for one in found if Permission.ADMIN in one["permissions"])
    return people.new_link(portal.context, operator(), admin)


def _announce(settings: Settings, here: str, only: str | None, token: str | None, link: str | None) -> None:
    lines = [f"Aboveboard is listening on {here}; the public address is {settings.base_url}/"]
    if only != "desk":
        lines.append(f"  public page   {here}/")
    if only != "public":
        base = here if token else settings.desk_base
        lines.append(f"  desk          {base}/desk/")
        if link:
            lines.append(f"  sign in once  {address(base, link)}")
        lines.append(f"  API           {here}/api/v1/docs")
        lines.append(f"  API token     {token or f'{sys.argv[0]} token add NAME --role admin'}")
    click.echo("\n".join([*lines, "Stop with Ctrl-C."]))
    sys.stdout.flush()
