"""A made-up past of any size in Statuspage's shape, forty incidents a month up to now, three updates each."""

import json
import pathlib
import random
import time

NAMES = [f"Service {letter}" for letter in "ABCDEFGHIJKLMNOPQRST"]
STEPS = (
    ("investigating", "{name} answers slowly for some requests; we are looking into it (case {number})."),
    ("identified", "The cause of the slow answers of {name} is found and a rollback is under way."),
    ("resolved", "{name} answers at its usual speed again; case {number} is over."),
)


def write(path: pathlib.Path, count: int) -> None:
    """An incidents.json with `count` resolved incidents on twenty components."""
    chance = random.Random(count)
    now, gap = int(time.time()) - 7200, 30 * 86400 // 40
    incidents = [_incident(number, now - (count - number) * gap, chance) for number in range(count)]
    page = {"id": "benchpage001", "name": "Bench", "url": "https://status.example.com", "time_zone": "Etc/UTC"}
    path.write_text(json.dumps({"page": page, "incidents": incidents}))


def _incident(number: int, start: int, chance: random.Random) -> dict[str, object]:
    index = chance.randrange(len(NAMES))
    name, code, identity = NAMES[index], f"c{index:011d}", f"b{number:011d}"
    levels = ("operational", "partial_outage", "partial_outage", "operational")
    updates = []
    for step, (state, words) in enumerate(STEPS):
        moment = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(start + 1800 * step))
        updates.append(
            {
                "id": f"v{number:09d}{step:02d}",
                "status": state,
                "body": words.format(name=name, number=number),
                "created_at": moment,
                "updated_at": moment,
                "display_at": moment,
                "affected_components": [
                    {"code": code, "name": name, "old_status": levels[step], "new_status": levels[step + 1]}
                ],
            }
        )
    return {
        "id": identity,
        "name": f"{name} is slow ({number})",
        "status": "resolved",
        "created_at": updates[0]["display_at"],
        "updated_at": updates[-1]["display_at"],
        "started_at": updates[0]["display_at"],
        "resolved_at": updates[-1]["display_at"],
        "impact": "major",
        "incident_updates": updates[::-1],
        "components": [],
    }
