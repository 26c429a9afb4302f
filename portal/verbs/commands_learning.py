"""Commands of what comes after an incident: who asked for its postmortem."""

from portal.verbs.commands import Command, Line, Text


class AddRequest(Command):
    """A customer who wants to read the postmortem."""

    name: Line
    contact: Line | None = None
    note: Text | None = None


class ChangeRequest(Command):
    told: bool
