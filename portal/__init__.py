"""Aboveboard: a status page and postmortem portal."""

__version__ = "0.1.0"
