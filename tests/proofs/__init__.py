"""Attacks on the spine: each proof has a sample that runs with the tests, and its full length under `make prove`."""

import os

FULL = os.environ.get("PROVE") == "full"
