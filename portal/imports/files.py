"""Finds the files of a history below the paths that were named, and reads them one after the other."""

import gzip
import json
import pathlib
import zlib
from collections.abc import Callable, Iterator, Sequence

from portal.imports import cstate, feeds, statuspage
from portal.imports.reading import Reading, Skipped

LARGEST = 200_000_000
"""Bytes of one file, also after it is unpacked."""
_CONFIGS = ("config.yml", "config.yaml", "config.toml", "hugo.toml", "hugo.yaml", "hugo.yml")
_TEXTS = {".json", ".js", ".txt", ".rss", ".atom", ".xml"}


class CanNotRead(Exception):
    """A file's bytes are no text that we know; says why."""


def read_statuspage(paths: Sequence[pathlib.Path]) -> Reading:
    """Every file below the paths, in the order of their names."""
    reading = Reading()
    for path, label, named in _files(paths, reading):
        if not named and _suffix(path) not in _TEXTS:
            reading.skip(label, "no JSON, RSS or Atom file")
            continue
        try:
            _read_statuspage_file(_text_of(path), label, reading)
        except CanNotRead as error:
            reading.skip(label, str(error), broken=True)
        except statuspage.NotHistory as error:
            reading.skip(label, str(error), broken=named)
    return reading


def _read_statuspage_file(text: str, label: str, reading: Reading) -> None:
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        try:
            feeds.read_feed(text.lstrip("\ufeff \t\r\n"), label, reading)
        except feeds.NotAFeed as error:
            raise CanNotRead(str(error)) from error
        return
    try:
        document = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        document = _wrapped(text)
        if document is None:
            raise CanNotRead(f"it is no JSON: {error}") from error
    statuspage.read_json(document, label, reading)


def _wrapped(text: str) -> object:
    """The first object of a script such as `var page = {...};`, or None."""
    start = text.find("{")
    if start < 0 or "=" not in text[:start]:
        return None
    try:
        made: object = json.JSONDecoder().raw_decode(text[start:])[0]
    except (ValueError, RecursionError):
        return None
    return made


def read_cstate(paths: Sequence[pathlib.Path]) -> Reading:
    """Every issue of the sites whose folders, or whose files, are named."""
    reading = Reading()
    sites: dict[pathlib.Path | None, cstate.Site] = {}
    for path, label, named in _files(paths, reading, _issue_files):
        if path.suffix.lower() not in {".md", ".markdown"}:
            if named and path.name not in _CONFIGS:
                reading.skip(label, "no Markdown file", broken=True)
            continue
        config = _config_above(path)
        if config not in sites:
            sites[config] = _site(config, reading)
        place = _place(path)
        if path.name.lower() in {"_index.md", "readme.md"} or (place is None and not named):
            reading.skip(label, "no issue: only files below issues/ are")
            continue
        try:
            told = cstate.read_issue(_text_of(path), place or f"issues/{path.name}", sites[config], label)
        except CanNotRead as error:
            reading.skip(label, str(error), broken=True)
            continue
        if isinstance(told, Skipped):
            reading.told.append(told)
        else:
            reading.told.append(told[0])
            reading.components += told[1]
    return reading


def _site(config: pathlib.Path | None, reading: Reading) -> cstate.Site:
    if config is None:
        return cstate.Site("", {})
    try:
        site = cstate.read_site(_text_of(config), config.name)
    except (cstate.NoConfiguration, CanNotRead) as error:
        reading.skip(str(config), str(error), broken=True)
        return cstate.Site("", {})
    reading.components += site.systems.values()
    return site


def _config_above(path: pathlib.Path) -> pathlib.Path | None:
    for folder in path.resolve().parents:
        for name in _CONFIGS:
            if (folder / name).is_file():
                return folder / name
            if (folder / "config" / "_default" / name).is_file():
                return folder / "config" / "_default" / name
    return None


def _place(path: pathlib.Path) -> str | None:
    """`issues/...` as the site names it, or None for a file elsewhere."""
    parts = path.parts[:-1]
    if "issues" not in parts:
        return None
    last = len(parts) - 1 - parts[::-1].index("issues")
    return "/".join((*parts[last:], path.name))


def _issue_files(folder: pathlib.Path) -> Iterator[pathlib.Path]:
    """Markdown files below a folder; in a site's own folder only its `content` belongs to it."""
    if any((folder / name).is_file() for name in _CONFIGS) and (folder / "content").is_dir():
        yield from _below(folder / "content")
        return
    for entry in sorted(folder.iterdir()):
        if entry.is_dir():
            if not entry.name.startswith((".", "_")):
                yield from _issue_files(entry)
        elif entry.suffix.lower() in {".md", ".markdown"}:
            yield entry


def _below(folder: pathlib.Path) -> Iterator[pathlib.Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def _files(
    paths: Sequence[pathlib.Path],
    reading: Reading,
    walk: Callable[[pathlib.Path], Iterator[pathlib.Path]] = _below,
) -> Iterator[tuple[pathlib.Path, str, bool]]:
    """(file, its label, whether it was named itself)."""
    for path in paths:
        if path.is_dir():
            before = len(reading.told)
            found = False
            for one in walk(path):
                found = True
                yield one, str(one.relative_to(path)), False
            if not found and len(reading.told) == before:
                reading.skip(str(path), "nothing to import below this folder", broken=True)
        elif path.exists():
            yield path, path.name, True
        else:
            reading.skip(str(path), "there is no such file or folder", broken=True)


def _suffix(path: pathlib.Path) -> str:
    return pathlib.Path(path.name.removesuffix(".gz")).suffix.lower()


def _text_of(path: pathlib.Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise CanNotRead("it is larger than 200 MB")
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            with gzip.open(path) as packed:
                content = packed.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise CanNotRead(f"it can't be read ({error})") from error
    if len(content) > LARGEST:
        raise CanNotRead("it unpacks to more than 200 MB")
    if not content.strip():
        raise CanNotRead("it is empty")
    try:
        return content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError as error:
        raise CanNotRead(f"it is not UTF-8 text ({error.reason})") from error
