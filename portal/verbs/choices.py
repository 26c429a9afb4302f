"""What a subscriber chose: checked against what the public can see, stored, and told in words."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from portal.domain.errors import Invalid
from portal.language import N_, Words
from portal.store import subscribers
from portal.verbs.commands_subscriptions import KINDS, Asking, Choices, News

KIND_WORDS = {
    "incidents": N_("Incidents"),
    "advisories": N_("Advisories"),
    "maintenances": N_("Maintenance"),
    "postmortems": N_("Postmortems"),
}


def stored_choices(db: sqlite3.Connection, command: News) -> dict[str, Any]:
    """The choices as a sign-up keeps them. Invalid for a component or an incident that the public can't see."""
    known = {row["slug"] for row in subscribers.public_components(db)}
    if unknown := [slug for slug in command.components if slug not in known]:
        raise Invalid("Some components are not on this page.", {"components": [f"There is no {unknown[0]}."]})
    by_mail = {"digest": command.digest, "language": command.language} if isinstance(command, Choices) else {}
    if isinstance(command, Asking) and command.incident is not None:
        if subscribers.public_incident(db, command.incident) is None:
            raise Invalid("There is no such incident.", {"incident": ["Take the end of its public address."]})
        return {"incident": command.incident, **by_mail}
    return {
        "components": sorted(set(command.components)),
        "kinds": [kind for kind in KINDS if kind in command.kinds],
        "updates": command.updates,
        **by_mail,
    }


def columns_of(choices: Mapping[str, Any]) -> dict[str, Any]:
    """Stored choices as columns of a subscriber; one who follows a single incident follows nothing else."""
    kinds = choices.get("kinds", [])
    return {
        "language": choices.get("language", "en"),
        "kinds": " ".join(kinds),
        "updates": choices.get("updates", "all"),
        "every_component": int(bool(kinds) and not choices.get("components")),
        "digest": int(choices.get("digest", False)),
    }


def told_choices(db: sqlite3.Connection, choices: Mapping[str, Any], words: Words) -> list[str]:
    """Stored choices in sentences, for the confirmation mail and its page."""
    if incident := choices.get("incident"):
        row = subscribers.public_incident(db, incident)
        said = [words("Only this: %(title)s", title=row["title"] if row else incident)]
    else:
        said = [", ".join(words(KIND_WORDS[kind]) for kind in choices.get("kinds", KINDS))]
        wanted = set(choices.get("components", []))
        names = [row["name"] for row in subscribers.public_components(db) if row["slug"] in wanted]
        said.append(", ".join(names) if names else words("All components"))
        if choices.get("updates") == "ends":
            said.append(words("Only when something begins and when it is over"))
    if choices.get("digest"):
        said.append(words("At most one mail an hour about an incident, after its first"))
    return said
