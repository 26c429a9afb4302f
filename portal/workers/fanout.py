"""The fan-out worker: from events to deliveries, and from sign-ups to their one mail."""

import logging
import threading
import time

from portal.verbs.context import Context
from portal.verbs.fanning import challenge_once, confirm_once, fan_out_once, forget_once, sweep_once
from portal.verbs.hub import tell_hub_once

log = logging.getLogger(__name__)

POLL_SECONDS = 0.25
FORGET_SECONDS = 600.0
STEPS = (tell_hub_once, fan_out_once, sweep_once, confirm_once, challenge_once)


def run_fanout(context: Context, stop: threading.Event) -> None:
    """Fan out what is due until `stop`. Never raises."""
    failing = False
    forgotten = -FORGET_SECONDS
    while not stop.is_set():
        try:
            busy = sum(step(context) for step in STEPS) > 0
            if time.monotonic() - forgotten > FORGET_SECONDS:
                forget_once(context)
                forgotten = time.monotonic()
            failing = False
        except Exception:
            if not failing:
                log.exception("fanning out failed; it is tried again every second")
            failing, busy = True, False
            stop.wait(1.0)
        if not busy:
            stop.wait(POLL_SECONDS)
