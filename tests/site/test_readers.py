"""Readers never see half: posts and full builds go on while somebody polls as fast as they can."""

import json
import re
import statistics
import threading
import time
import xml.etree.ElementTree as tree

from tests.proofs import FULL
from tests.running import RunningPortal

POSTS, BUILDS = (300, 5) if FULL else (40, 2)
FIRST = "Search answers slowly for some people in the Search component. Write to support@example.com."


def test_no_reader_sees_half(tmp_path, tell):
    with RunningPortal(tmp_path / "home") as portal:
        token = portal.command("token", "add", "poster", "--role", "admin").strip()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

        def api(path, body):
            status, _, answer = portal.request("POST", f"/api/v1{path}", body, headers)
            assert status == 201, answer
            return json.loads(answer)

        api("/components", {"name": "Search"})
        values = {"title": "Search is slow", "components": {"search": "degraded_performance"}}
        made = api("/incidents", {**values, "post": {"state": "investigating", "body": FIRST}})
        faults: list[str] = []
        reads = [0]
        stop = threading.Event()
        assets = re.findall(r'(?:href|src)="([^"]*assets/[^"]+)"', portal.get("/")[2].decode())
        assert assets
        paths = ["/", f"/incidents/{made['public_id']}/", "/updates.rss", "/published.json", "/api/v2/summary.json"]
        paths += [f"/{name.lstrip('./')}" for name in assets]
        reader = threading.Thread(target=read, args=(portal, paths, stop, faults, reads))
        reader.start()
        took: dict[bool, list[float]] = {True: [], False: []}
        building = [threading.Thread(target=portal.command, args=("build",)) for _ in range(BUILDS)]
        for number in range(POSTS):
            if number % (POSTS // BUILDS) == POSTS // BUILDS // 2:
                building[number // (POSTS // BUILDS)].start()
            body = f"Search still answers slowly for some people; part {number} of the cluster is checked and fine."
            beside = any(one.is_alive() for one in building)
            begun = time.perf_counter()
            answer = api(f"/incidents/{made['ref']}/posts", {"state": "investigating", "body": body})
            took[beside].append(time.perf_counter() - begun)
            assert answer["published"], "not public when the answer came"
        for one in building:
            one.join()
        stop.set()
        reader.join()
        assert not faults, faults[:5]
        assert reads[0] > POSTS, "the reader hardly read"
        page = portal.get(f"/incidents/{made['public_id']}/")[2].decode()
        for number in range(POSTS):
            assert page.count(f"part {number} of the cluster") >= 1
        portal.command("check")
        if took[True] and took[False]:
            ratio = statistics.median(took[True]) / statistics.median(took[False])
            tell(
                "readers",
                f"{reads[0]} reads, {POSTS} posts, {BUILDS} builds: 0 faults; post beside a build {ratio:.2f}x",
            )


def read(portal, paths, stop, faults, reads):
    """Poll every path until `stop`; note what is missing, torn, or older than before."""
    last = -1
    while not stop.is_set():
        for path in paths:
            status, _, body = portal.get(path)
            reads[0] += 1
            if status != 200:
                faults.append(f"{path} answered {status}")
                continue
            if path.endswith("/") and not body.rstrip().endswith(b"</html>"):
                faults.append(f"{path} is torn")
            if path.endswith(".rss"):
                tree.fromstring(body)
            if path.endswith(".json"):
                said = json.loads(body)
                if path == "/published.json":
                    if said["sequence"] < last:
                        faults.append(f"published.json went from {last} to {said['sequence']}")
                    last = said["sequence"]
