"""A post to many subscribers: how soon all are queued, what posts cost meanwhile, and mails a second beside a bare loop.

python bench/mail.py [subscribers] [mails to drain]
"""

import multiprocessing
import os
import pathlib
import resource
import smtplib
import socket
import sys
import tempfile
import threading
import time
from statistics import median

from portal.config import Settings, Smtp
from portal.domain.names import Permission
from portal.domain.times import to_text
from portal.store.database import Database
from portal.store.portal_row import ensure_portal_row
from portal.verbs import commands, declaring, posts
from portal.verbs.context import Actor, Context, utc_now
from portal.verbs.fanning import fan_out_once
from portal.workers.delivery import MAIL, Deliveries
from portal.workers.postman import Postman
from portal.workers.smtp import Mail

SUBSCRIBERS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
DRAINED = int(sys.argv[2]) if len(sys.argv) > 2 else 6_000
ROUNDS = 6
CHIEF = Actor("chief@example.com", frozenset(Permission))
WORDS = "Searches in the Search component fail for some customers. We are looking into it."


def sink(port: int) -> None:
    """Takes every mail and forgets it."""
    import asyncio  # noqa: PLC0415

    from aiosmtpd.smtp import SMTP  # noqa: PLC0415

    class Taker:
        async def handle_DATA(self, *_: object) -> str:
            return "250 OK"

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(Taker()), "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(serve())


def context_of(home: pathlib.Path, port: int) -> Context:
    smtp = Smtp(host="127.0.0.1", port=port)
    settings = Settings(
        home=home, site_url="https://status.example.com", mail_from="status@example.com", mail_delay=0, smtp=smtp
    )
    database = Database(settings.database_path)
    database.migrate()
    with database.transaction() as db:
        ensure_portal_row(db, "0123456789abcdef", "page00000001", to_text(utc_now()))
        now = to_text(utc_now())
        db.executemany(
            "INSERT INTO subscriber (email, token, kinds, after_event, proof, confirmed_at, updated_at)"
            " VALUES (?, ?, 'incidents maintenances', 0, 'bench', ?, ?)",
            ((f"p{number}@customer.example", f"{number:032d}", now, now) for number in range(SUBSCRIBERS)),
        )
    return Context(database, settings)


def post(context: Context, ref: str) -> float:
    began = time.perf_counter()
    posts.post(context, CHIEF, ref, commands.Post(state="investigating", body=WORDS, confirm=True))
    return time.perf_counter() - began


def bare(port: int, raw: bytes, count: int) -> float:
    """Mails a second of a loop that does nothing but send."""
    server = smtplib.SMTP("127.0.0.1", port)
    server.ehlo()
    server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    began = time.perf_counter()
    for number in range(count):
        server.sendmail("status@example.com", [f"p{number}@customer.example"], raw)
    rate = count / (time.perf_counter() - began)
    server.quit()
    return rate


def drained(context: Context, postman: Postman, count: int) -> float:
    """Mails a second of the worker."""
    db = context.database.connection()
    finished = "SELECT count(*) FROM delivery WHERE done_at > ''"
    worker = Deliveries(context, postman, lambda: Mail(context.settings.smtp, "example.com"), threads=4, queues=MAIL)
    stop = threading.Event()
    running = threading.Thread(target=worker.run, args=(stop,))
    before = db.execute(finished).fetchone()[0]
    began = time.perf_counter()
    running.start()
    while (done := db.execute(finished).fetchone()[0] - before) < count:
        time.sleep(0.02)
    rate = done / (time.perf_counter() - began)
    stop.set()
    running.join()
    return rate


def main() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    taker = multiprocessing.get_context("spawn").Process(target=sink, args=(port,), daemon=True)
    taker.start()
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.05)
    with tempfile.TemporaryDirectory() as folder:
        context = context_of(pathlib.Path(folder), port)
        refs = [
            declaring.declare(context, CHIEF, commands.Declare(title=name)).answer["ref"] for name in ("One", "Two")
        ]
        alone = sorted(post(context, refs[1]) for _ in range(15))[7]
        db = context.database.connection()
        db.execute("UPDATE outbox SET fanned_out_at = at")  # what those posts told is no part of this
        post(context, refs[0])
        meanwhile: list[float] = []
        over = threading.Event()

        def others() -> None:
            while not over.is_set():
                meanwhile.append(post(context, refs[1]))
                time.sleep(0.05)
            context.database.close()

        beside = threading.Thread(target=others)
        beside.start()
        began = time.perf_counter()
        event = db.execute("SELECT min(id) FROM outbox WHERE fanned_out_at IS NULL").fetchone()[0]
        while db.execute("SELECT fanned_out_at FROM outbox WHERE id = ?", (event,)).fetchone()[0] is None:
            fan_out_once(context)
        queued = time.perf_counter() - began
        over.set()
        beside.join()
        count = db.execute("SELECT count(*) FROM delivery WHERE outbox_id = ?", (event,)).fetchone()[0]
        print(f"queued             {count:,} deliveries in {queued:.2f} s (bound 2 s)")
        print(
            f"posts meanwhile    {sorted(meanwhile)[len(meanwhile) // 2] / alone:.1f} times as long as alone, "
            f"worst {max(meanwhile) * 1000:.0f} ms"
        )
        db.execute("UPDATE outbox SET withdrawn_at = at WHERE id > ?", (event,))
        postman = Postman(context.settings, context.database)
        drained(context, postman, 50)  # the templates
        row = db.execute("SELECT * FROM delivery WHERE state = 'sent' LIMIT 1").fetchone()
        assert row is not None
        from portal.notify import mime  # noqa: PLC0415

        with context.database.snapshot() as snapshot:
            letter = postman._letters.write(
                snapshot, [snapshot.execute("SELECT * FROM outbox WHERE id = ?", (event,)).fetchone()], "en"
            )
        assert letter is not None
        made = mime.written(letter, postman.sender)
        raw = mime.message(made, mime.Envelope("p1@customer.example", "x", "t" * 32), utc_now())
        # by turns, since what else the machine does changes from second to second
        rates = [
            (drained(context, postman, DRAINED // ROUNDS), bare(port, raw, DRAINED // ROUNDS)) for _ in range(ROUNDS)
        ]
        shares = sorted(ours / plain for ours, plain in rates)
        print(
            f"drained            {median(ours for ours, _ in rates):.0f} mails a second, {median(shares):.2f} of a bare"
            f" loop's {median(plain for _, plain in rates):.0f} (bound 0.8; {shares[0]:.2f} to {shares[-1]:.2f})"
        )
        print(f"memory             {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB (bound 300)")
        context.database.close()
    taker.kill()
    os._exit(0)


if __name__ == "__main__":
    main()
