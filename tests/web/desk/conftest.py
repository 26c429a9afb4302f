"""The fixtures of the desk's tests."""

from tests.web.desk.writing import desk, house, mia, ref

__all__ = ["desk", "house", "mia", "ref"]
