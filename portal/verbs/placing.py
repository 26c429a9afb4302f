"""Where a post goes: now, in the past, or as a correction of an earlier one; and when it may not go anywhere."""

import sqlite3
from dataclasses import dataclass

from portal.domain.errors import Conflict, Invalid, Overtaken
from portal.domain.lifecycle import OVER, post_states
from portal.domain.names import IncidentState, Kind, PostState
from portal.store import posts
from portal.verbs.access import ref_of
from portal.verbs.commands import Post
from portal.verbs.context import Write
from portal.verbs.moments import past


@dataclass(frozen=True)
class Place:
    """A post's display time; `newest`: it speaks for the present; `corrects`: the row that it corrects."""

    display_at: str
    newest: bool
    state: PostState
    previous: sqlite3.Row | None
    corrects: int | None = None


def refuse_hidden(incident: sqlite3.Row) -> None:
    """Conflict for a private incident or a drill, with the way out."""
    ref = ref_of(incident["id"])
    if incident["security"]:
        raise Conflict(
            f"{ref} is private, so nothing is posted for it. Somebody with the security permission can disclose it as"
            " an advisory or a postmortem; if customers feel it, declare a separate, neutral incident for that."
        )
    if incident["kind"] == Kind.DRILL:
        raise Conflict(f"{ref} is a drill, so nothing is posted for it; try the words with lint instead.")


def refuse_overtaken(db: sqlite3.Connection, incident: sqlite3.Row, seen: int | None) -> None:
    """Overtaken when people have published posts that the writer had not read; `seen` None asks for no such check."""
    missed = posts.published_after(db, incident["id"], seen) if seen is not None else []
    if missed:
        said = [_told(row) for row in missed]
        raise Overtaken(
            f"{missed[-1]['author']} posted while this was being written. Read it, then publish yours again if it still"
            " holds.",
            said,
        )


def _told(row: sqlite3.Row) -> str:
    state, at, words = row["state"].replace("_", " "), row["published_at"][11:16], row["body"].replace('"', "'")
    return f'{row["author"]} posted "{state}" at {at} UTC: "{words}".'


def refuse_state(incident: sqlite3.Row, state: PostState) -> None:
    """Invalid when posts of this kind of incident don't have such a state."""
    allowed = post_states(Kind(incident["kind"]))
    if state not in allowed:
        listed = ", ".join(allowed)
        raise Invalid(
            f"Posts of {'a maintenance' if incident['kind'] == Kind.MAINTENANCE else 'an incident'} have other states.",
            {"state": [f"{state.value} is not one of {listed}."]},
        )


def place(write: Write, incident: sqlite3.Row, command: Post, at: str | None = None) -> Place:
    """Where the post goes; `at` is the display time of an automatic post."""
    newest = posts.newest_post(write.db, incident["id"])
    if command.corrects is not None:
        return _correction(write, incident, command, newest)
    if at is not None:
        display_at = at
    elif command.happened_at is not None:
        display_at = past(write, command.happened_at, "happened_at")
    else:
        display_at = max(write.now, newest["display_at"]) if newest else write.now
    is_newest = newest is None or display_at >= newest["display_at"]
    over_since = incident["resolved_at"] or display_at
    _refuse_over(incident, backfilled=not is_newest and display_at <= over_since)
    previous = newest if is_newest else posts.post_before(write.db, incident["id"], display_at) or newest
    return Place(display_at, is_newest, command.state, previous)


def _correction(write: Write, incident: sqlite3.Row, command: Post, newest: sqlite3.Row | None) -> Place:
    rows = posts.posts_of(write.db, incident["id"])
    assert command.corrects is not None  # noqa: S101
    if newest is None or command.corrects > len(rows):
        raise Invalid(
            "There is no such post to correct.",
            {"corrects": [f"{ref_of(incident['id'])} has {len(rows)} posts; there is no post {command.corrects}."]},
        )
    if command.happened_at is not None:
        raise Invalid("A correction is shown when it is written.", {"happened_at": ["Leave this out."]})
    corrected = rows[command.corrects - 1]
    kept = PostState(newest["state"])
    if command.state.value not in (corrected["state"], newest["state"]):
        raise Invalid("A correction keeps the state.", {"state": [f"Send {kept.value}, or post an ordinary update."]})
    return Place(max(write.now, newest["display_at"]), True, kept, newest, corrected["id"])


def _refuse_over(incident: sqlite3.Row, *, backfilled: bool) -> None:
    state = IncidentState(incident["state"])
    if state not in OVER or (backfilled and state is not IncidentState.CLOSED):
        return
    ref = ref_of(incident["id"])
    if incident["kind"] == Kind.MAINTENANCE:
        raise Conflict(f"{ref} is completed; plan another maintenance, or correct one of its posts.")
    word = "closed" if state is IncidentState.CLOSED else "resolved"
    raise Conflict(f"{ref} is {word}; reopen it first, or correct one of its posts.")
