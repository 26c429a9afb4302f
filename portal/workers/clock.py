"""The clock worker: once a second, whatever time has made due."""

import logging
import threading

from portal.verbs.automation import run_due
from portal.verbs.context import Context
from portal.workers.publisher import Publisher

log = logging.getLogger(__name__)

TICK_SECONDS = 1.0


def run_clock(context: Context, publisher: Publisher, stop: threading.Event) -> None:
    """Cross boundaries of time, start and end maintenances, until `stop`. Never raises."""
    failing = False
    while not stop.is_set():
        try:
            if run_due(context):
                publisher.wake()
            failing = False
        except Exception:
            if not failing:
                log.exception("the clock worker failed; it tries again every second")
            failing = True
        stop.wait(TICK_SECONDS)
