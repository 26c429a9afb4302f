import pathlib

import pytest

from portal.site import release as releases
from portal.site.release import Releases


@pytest.fixture
def release(tmp_path):
    return Releases(tmp_path).begin()


@pytest.mark.parametrize(
    "name",
    [
        "site/incidents/abcdefgh0001/index.html",
        "site/components/secret/index.html",
        "site/components/secret/updates.rss",
        "site/badges/secret.svg",
        "site/postmortems/secret/index.html",
        "site/issues/2026-06-01-secret/index.html",
        "docs/components/secret.md",
    ],
)
def test_what_must_not_be_public_is_gone_before_anything_is_written(release, monkeypatch, name):
    release.apply([(name, b"secret")], flush=False)

    def full_disk(*given, **named):
        raise OSError("no space left")

    monkeypatch.setattr(releases, "_write", full_disk)
    with pytest.raises(OSError, match="no space"):
        release.apply([("site/index.html", b"new"), (name, None)], flush=False)
    assert not (release.path / name).exists()


def test_a_month_that_became_empty_goes_after_the_lists_that_link_to_it(release, monkeypatch):
    release.apply([("site/history/2026-06/index.html", b"June")], flush=False)
    seen = []
    real = releases.os.replace

    def watched(source, target):
        seen.append((release.site / "history/2026-06/index.html").exists())
        real(source, target)

    monkeypatch.setattr(releases.os, "replace", watched)
    release.apply([("site/history/2026-06/index.html", None), ("site/history/index.html", b"none")], flush=False)
    assert seen == [True]
    assert not (release.site / "history/2026-06").exists()


@pytest.mark.parametrize("name", ["site/../../x", "/etc/x", "docs/a/../../../x", ".."])
def test_no_file_is_written_outside_of_the_release(release, name):
    with pytest.raises(ValueError, match="outside"):
        release.apply([(name, b"x")], flush=False)


def test_sweeping_keeps_the_public_release_also_where_the_home_is_a_relative_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    both = Releases(pathlib.Path("var"))
    for _ in range(2):
        fresh = both.begin()
        (fresh.path / "building.lock").touch()
        both.switch(fresh)
    both.sweep()
    assert [path.name for path in both.folder.iterdir()] == ["2"]
    assert both.current().number == 2
