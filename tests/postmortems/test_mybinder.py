"""The 23 incident reports of mybinder.org, stored through the API, read well in the public archive."""

import json
import re
from itertools import pairwise

import feedparser
import pytest

from portal.domain.postmortems import INTERNAL, SECTIONS
from tests.postmortems.conftest import COMPONENTS, Archive
from tests.postmortems.mybinder import NO_INCIDENTS, Report, instructions_of
from tests.postmortems.reading import Article, words

pytestmark = pytest.mark.corpora

REPORTS = 23
LESS_WORDS = frozenset(
    words(
        "action items conclusion conclusions learnt learned lessons lucky got wrong related prs logs up date"
        " improvements process documentation technical investigation other misc testing training"
    )
)
"""Words of headings that have another name here, or none."""
_MARKS = re.compile(r"^[\s>]*(?:\d+\.|[-*] \[[ x]\])|^\s*```\w*$|^\[[\w-]+\]: .*$", re.MULTILINE)
"""Numbers of list items, boxes, languages of code, definitions of links: not words of the text."""
_REFERENCE = re.compile(r"(?<=\])\[[\w-]+\]")
_ISSUE = re.compile(r"\(?\[[^\[\]]*\]\(https?:[^()]+\)\)?|\(?https?://\S+")


@pytest.fixture(scope="module")
def pages(archive: Archive) -> dict[str, Article]:
    return {name: Article(archive.text(url)) for name, url in archive.urls.items()}


def test_every_report_is_stored_and_nothing_else(archive: Archive) -> None:
    files = {path.name for path in archive.folder.glob("*.md")}
    assert files > NO_INCIDENTS
    assert {f"{one.name}.md" for one in archive.reports} == files - NO_INCIDENTS
    assert len(archive.reports) == len(set(archive.urls.values())) == REPORTS


def test_each_page_has_its_sections_in_order(archive: Archive, pages: dict[str, Article]) -> None:
    for report in archive.reports:
        page = pages[report.name]
        expected = [heading.split(",")[0] for name, heading in SECTIONS.items() if name in _shown(report)]
        expected += ["Updates during the incident", *(["Follow-ups"] if report.actions else [])]
        assert [found for tag, found in page.headings if tag == "h2"] == expected, report.name
        assert [found for tag, found in page.headings if tag == "h1"] == [report.title]
        levels = [int(tag[1]) for tag, _ in page.headings]
        assert all(after - before <= 1 for before, after in pairwise(levels)), report.name


def test_every_word_of_each_section_arrives(archive: Archive, pages: dict[str, Article]) -> None:
    for report in archive.reports:
        sent = words("\n".join(_MARKS.sub("", text) for text in report.sections.values()))
        sent += words("\n".join(one.title for one in report.actions))
        assert not sent - pages[report.name].words, report.name


def test_every_word_of_each_file_is_on_its_page(archive: Archive, pages: dict[str, Article]) -> None:
    """Held against the file itself. Follow-ups show their words and keep the link to their issue inside."""
    instructions = instructions_of(archive.folder)
    for report in archive.reports:
        text = (archive.folder / f"{report.name}.md").read_text("utf-8")
        for one in instructions:
            text = text.replace(one, "")
        text = re.sub(r"!\[([^\]]*)\]\((?!https?:)[^)]+\)", r"\1", text)  # a picture in their repository
        text = re.sub(r"<iframe src=\"(\S+)\"[^>]*></iframe>", r"\1", text)
        text, actions = (*re.split(r"^## action items$", text, flags=re.IGNORECASE | re.MULTILINE), "")[:2]
        text = _REFERENCE.sub("", _MARKS.sub("", text.partition("\n")[2]))
        lost = words(text) - pages[report.name].words
        assert set(lost) <= LESS_WORDS, f"{report.name}: {lost}"
        actions = _ISSUE.sub("", _REFERENCE.sub("", _MARKS.sub("", actions)))
        actions = re.sub(r"^### .*$", "", actions, flags=re.MULTILINE)
        lost = words(actions) - pages[report.name].words
        assert set(lost) <= {"issue", "pull", "request", *LESS_WORDS}, f"{report.name}: {lost}"


def test_markup_is_read_and_not_shown(archive: Archive, pages: dict[str, Article]) -> None:
    for report in archive.reports:
        source = re.sub(r"<pre>.*?</pre>|<code>.*?</code>", "", pages[report.name].source, flags=re.DOTALL)
        shown = Article(source).text
        for mark in ("```", "](http", "##", "<iframe"):
            assert mark not in shown, f"{report.name} shows {mark}"


def test_code_in_a_list_is_code_inside_its_item(archive: Archive, pages: dict[str, Article]) -> None:
    page = pages["2019-02-20-no-logs"].source
    lucky = page[page.index('id="where-we-were-lucky"') :].partition("<h2")[0]
    assert lucky.count("<li>") == 1
    assert lucky.index("<li>") < lucky.index("<pre>") < lucky.index("</li>")


def test_follow_ups_say_how_far_they_are(archive: Archive, pages: dict[str, Article]) -> None:
    space = next(one for one in archive.reports if one.name == "2018-03-26-no-space-left")
    assert [one.done for one in space.actions] == [True, True, True, False, False, False]
    assert "3 of 6 done." in pages[space.name].text


def test_the_archive_lists_them_by_the_day_they_happened(archive: Archive) -> None:
    listed = Article(archive.text("/postmortems/"))
    titles = [found for tag, found in listed.headings if tag == "h2"]
    newest = sorted(archive.reports, key=lambda one: one.started_at, reverse=True)
    assert titles == [one.title for one in newest]


def test_years_components_and_tags_narrow_it_down(archive: Archive) -> None:
    for year in {one.started_at.year for one in archive.reports}:
        found = Article(archive.text(f"/postmortems/by/year/{year}/"))
        expected = [one.title for one in archive.reports if one.started_at.year == year]
        assert sorted(words_ for tag, words_ in found.headings if tag == "h2") == sorted(expected)
    listed = sum(len(Article(archive.text(f"/postmortems/by/component/{slug}/")).headings) - 1 for slug in COMPONENTS)
    assert listed == REPORTS
    for tag in {tag for one in archive.reports for tag in one.tags}:
        assert len(Article(archive.text(f"/postmortems/by/tag/{tag}/")).headings) > 1


def test_the_feed_and_the_search_have_all_of_them(archive: Archive) -> None:
    feed = feedparser.parse(archive.text("/postmortems.rss"))
    assert feed.bozo is False
    assert {one.link for one in feed.entries} == {archive.portal.url + url for url in archive.urls.values()}
    assert len(feed.entries) == REPORTS
    index = json.loads(archive.text("/search/search_index.json"))
    found = {one["location"]: one["text"] for one in index["docs"]}
    for report in archive.reports:
        entry = found[archive.urls[report.name].lstrip("/")]
        assert not words(report.title) - words(entry) - words(report.title)
        assert len(entry) > 500


def test_the_incidents_lie_in_their_own_months(archive: Archive) -> None:
    for report in archive.reports:
        month = Article(archive.text(f"/history/{report.started_at:%Y-%m}/"))
        assert report.title in [found for _, found in month.headings]


def test_another_beginning_moves_the_article_to_another_year(archive: Archive) -> None:
    report = archive.reports[0]
    for year in (report.started_at.year - 1, report.started_at.year):
        moved = report.started_at.replace(year=year)
        archive.call("PATCH", f"/incidents/{archive.refs[report.name]}", {"started_at": moved.isoformat()})
        assert report.title in archive.text(f"/postmortems/by/year/{year}/")
    assert archive.portal.get(f"/postmortems/by/year/{report.started_at.year - 1}/")[0] == 404
    archive.portal.command("check")


def _shown(report: Report) -> set[str]:
    """What the report says, and the impact, which the draft takes from the record."""
    return ({*report.sections} | {"impact"}) - INTERNAL
