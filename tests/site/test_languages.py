"""The page's language: everything in the page's own voice goes through the catalogues, and they are whole."""

import contextlib
import dataclasses
import json
import pathlib
import re
import xml.etree.ElementTree as tree
from collections.abc import Iterator
from datetime import timedelta

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from portal.config import Settings, SettingsError, load
from portal.domain.times import to_text
from portal.language import FOLDER, Words, languages, words_of
from portal.site import full
from portal.site.blocks import Blocks
from portal.site.builder import Builder
from portal.site.post_templates import filled, load_templates
from portal.site.release import Release, Releases
from portal.site.render import Renderer
from portal.verbs import closing, followups, judging, maintenances, postmortems, posts
from portal.verbs import commands as c
from portal.verbs.components import add_component
from portal.verbs.incidents import declare
from portal.verbs.post_templates import list_templates
from tests.conftest import ROOT
from tests.site.pseudo import PLACEHOLDER, Pseudo, Visible, latin, pseudo_words
from tests.site.public_files import PublicFiles

SAID = "Η αναζήτηση αργεί για ορισμένους. support@example.com"
OVER = "Η αναζήτηση λειτουργεί ξανά για όλους."
TRANSLATED = [name for name in languages() if name != "en"]


def catalogue(language: str):
    with (ROOT / FOLDER / language / "LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return ids, strings


# the catalogues


@pytest.fixture(scope="module")
def texts(tmp_path_factory) -> set[str | tuple[str, ...]]:
    """Every text that the program and its templates mark for translation, found as `make words` finds it."""
    target = tmp_path_factory.mktemp("texts") / "messages.pot"
    keywords = re.findall(r"--keyword (\S+)", (ROOT / "Makefile").read_text())
    options = [f"--keyword={one}" for one in keywords]
    command = ["pybabel", "--quiet", "extract", f"--mapping={ROOT / 'pyproject.toml'}", "--ignore-dirs=.* _* var tests"]
    with contextlib.chdir(ROOT):
        CommandLineInterface().run([*command, *options, f"--output={target}", "."])
    with target.open("rb") as file:
        return {message.id for message in read_po(file) if message.id}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_a_translation_of_every_text_and_of_no_other(language, texts):
    known = {message.id: message for message in catalogue(language) if message.id}
    assert known.keys() == texts, "run `make words` and translate what is new"
    assert not [one.id for one in known.values() if one.fuzzy]
    assert not [one.id for one in known.values() if not all(forms(one)[1])]


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_what_is_filled_in(language):
    for message in catalogue(language):
        if not message.id:
            continue
        ids, strings = forms(message)
        wanted = {part for text in ids for part in PLACEHOLDER.findall(text)}
        for text in strings:
            assert set(PLACEHOLDER.findall(text)) == wanted, message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_that_of_the_texts(language, tmp_path):
    compiled = tmp_path / "messages.mo"
    with compiled.open("wb") as file:
        write_mo(file, catalogue(language))
    assert compiled.read_bytes() == (ROOT / FOLDER / language / "LC_MESSAGES/messages.mo").read_bytes()


# every page, in a language of no country


@pytest.fixture
def settings(tmp_path: pathlib.Path) -> Settings:
    pages = tmp_path / "pages"
    pages.mkdir()
    for name in ("about.md", "subscribe.md"):
        (pages / name).write_text("---\ntitle: Σελίδα\ndescription: Λόγια\n---\n\n# Σελίδα\n", "utf-8")
    return Settings(home=tmp_path, site_url="https://status.example.com", site_name="Κατάσταση", content=pages)


@pytest.fixture
def past(context, admin, clock):
    """A portal with one of everything that the public may see, in Greek letters."""

    def said(ref: str, state: str, **more) -> None:
        values = {"state": state, "body": SAID, "confirm": True} | more
        posts.post(context, admin, ref, c.Post.model_validate(values))

    def opened(title: str, **more) -> str:
        post = {"state": "investigating", "body": SAID, "confirm": True}
        values = {"title": title, "post": post, "severity": "major"} | more
        return declare(context, admin, c.Declare.model_validate(values)).answer["ref"]

    for number in range(7):
        values = {"name": f"Μέρος {number}", "slug": f"p{number}", "group": "Ομάδα" if number else None}
        add_component(context, admin, c.AddComponent.model_validate(values | {"description": "Περιγραφή"}))
    clock.forward(days=40)
    one = opened("Πρώτο", components={f"p{number}": "major_outage" for number in range(7)})
    said(one, "identified", customer_action="Περιμένετε.")
    said(one, "identified", corrects=2, notify=False)
    clock.forward(minutes=1505)
    said(one, "resolved", body=OVER)
    names = (
        "summary",
        "impact",
        "customer_action",
        "background",
        "timeline_notes",
        "detection",
        "contributing_factors",
    )
    names += ("resolution", "surprised", "went_well", "went_badly", "lucky", "communication", "open_questions", "faq")
    article = {"title": "Άρθρο", "sections": dict.fromkeys(names, OVER), "tags": ["42"], "public": True}
    postmortems.write_postmortem(context, admin, one, c.WritePostmortem.model_validate(article))
    for state in ("open", "done", "wont_do"):
        values = {"title": "Μέτρο", "owner": "ada@example.com", "due": "2027-01-31", "public": True}
        made = followups.add_followup(context, admin, one, c.AddFollowup.model_validate(values))
        if state != "open":
            change = c.ChangeFollowup.model_validate({"state": state, "reason": "λόγος"})
            followups.change_followup(context, admin, made.answer["id"], change)
    for to in ("in_review", "reviewed", "published"):
        postmortems.move_postmortem(context, admin, one, c.MovePostmortem.model_validate({"to": to}))
    postmortems.write_postmortem(context, admin, one, c.WritePostmortem.model_validate(article | {"note": "Αλλαγή"}))
    false_alarm = opened("Ψευδές")
    said(false_alarm, "resolved", body=OVER)
    outcome = {"outcome": "false_positive", "what_was_seen": "ω", "lesson": "λ"}
    closing.close(context, admin, false_alarm, c.Close.model_validate(outcome))
    opened("Σύσταση", kind="advisory")
    unknown = opened("Παλιό", components={"p2": "partial_outage"})
    said(unknown, "resolved", body=OVER)
    before = incident_refs(context)
    for number, hours in enumerate((1, 2, 30)):
        begin, end = (to_text(clock.moment + timedelta(hours=later)) for later in (hours, hours + 4))
        values = {"title": f"Εργασίες {number}", "body": SAID, "components": ["p1"], "auto": False, "confirm": True}
        times = {"scheduled_for": begin, "scheduled_until": end}
        maintenances.plan_maintenance(context, admin, c.PlanMaintenance.model_validate(values | times))
    planned = [one for one in incident_refs(context) if one not in before]
    said(planned[0], "in_progress")
    said(planned[0], "completed", body=OVER)
    said(planned[1], "in_progress")
    for number in range(6):
        opened(f"Ανοιχτό {number}", components={"p0": "degraded_performance"})
    with context.database.transaction() as db:
        db.execute("UPDATE incident SET end_unknown = 1 WHERE title = 'Παλιό'")
        db.execute("INSERT INTO redirect (path, incident_id) SELECT '/old/', min(id) FROM incident")
    return context


def incident_refs(context) -> list[str]:
    return [f"INC-{row[0]}" for row in context.database.connection().execute("SELECT id FROM incident ORDER BY id")]


def in_greek_letters(context) -> tuple[Release, Pseudo]:
    """The whole site in the language of no country, and what its catalogue was asked for."""
    settings = context.settings
    words, asked = pseudo_words()
    builder = Builder(settings.home, settings.site_name, settings.base_url, settings.support_email, language="el")
    builder._env.install_gettext_translations(asked)
    release = Releases(settings.home).begin()
    renderer = Renderer(builder, Blocks(words), settings.base_url)
    full.build_share(settings, context.database, release, renderer=renderer)
    return release, asked


def visible(release: Release) -> Iterator[tuple[str, list[str]]]:
    """(path, texts) of all that people read of a site."""
    for path in sorted(release.site.rglob("*")):
        name = path.relative_to(release.site).as_posix()
        if path.suffix == ".html":
            yield name, Visible(path.read_text("utf-8")).texts
        elif path.suffix in (".rss", ".atom"):
            told = of_tree(path.read_bytes(), "title", "subtitle", "description", "content")
            yield name, [text for html in told for text in Visible(html).texts]
        elif path.suffix == ".svg" and name.startswith("badge"):
            yield name, of_tree(path.read_bytes(), "title", "text")


def of_tree(source: bytes, *names: str) -> list[str]:
    return [one.text or "" for one in tree.fromstring(source).iter() if one.tag.rpartition("}")[2] in names]


def test_no_page_of_a_full_portal_has_a_word_that_is_not_in_the_catalogues(past, texts):
    release, asked = in_greek_letters(past)
    assert {name: found for name, text in visible(release) if (found := latin(text))} == {}
    known = {message if isinstance(message, tuple) else (message, None) for message in texts}
    assert asked.asked <= known


def test_an_empty_portal_has_no_such_word_either(context):
    release, _ = in_greek_letters(context)
    assert not {name: found for name, text in visible(release) if (found := latin(text))}


def test_the_scripts_have_their_words_from_the_page(context):
    release, _ = in_greek_letters(context)
    page = (release.site / "index.html").read_text("utf-8")
    found = re.findall(r'<script id="(__config|live-words)" type="application/json">(.*?)</script>', page, re.DOTALL)
    words = {name: json.loads(text) for name, text in found}
    live = {name: said for name, said in words["live-words"].items() if name != "search_script"}
    assert latin([str(one) for one in live.values() if not isinstance(one, list)] + live["levels"]) == []
    assert latin(list(words["__config"]["translations"].values())) == []


def test_a_banner_on_another_site_has_its_words_from_the_page(past):
    release, _ = in_greek_letters(past)
    said = json.loads((release.site / "embed/status.json").read_bytes())
    assert (said["language"], said["direction"]) == ("el", "ltr")
    shown = [said["status"]["description"], *said["words"].values(), *(one["words"] for one in said["notices"])]
    assert len(shown) > 5
    assert latin(shown) == []


# German, and how a language is chosen


@pytest.fixture
def german(context, admin, clock):
    context = dataclasses.replace(
        context, settings=context.settings.model_copy(update={"language": "de", "content": None})
    )
    add_component(context, admin, c.AddComponent(name="Suche"))
    post = {"state": "investigating", "body": "Die Suche ist für manche langsam.", "confirm": True}
    values = {"title": "Suche langsam", "post": post, "components": {"suche": "partial_outage"}}
    declare(context, admin, c.Declare.model_validate(values))
    return PublicFiles(context)


def test_a_german_page_has_german_words_dates_and_numbers(german):
    page = german["index.html"]
    assert '<html lang="de" dir="ltr"' in page
    assert "Schwere Systemstörung" not in page
    for words in (
        "Teilausfall der Systeme",
        "Stand: ",
        "23.11.2026, 14:00 UTC",
        "Montag, 23. November 2026",
        "In Untersuchung",
    ):
        assert words in page, words
    assert "Die Suche ist für manche langsam." in page
    assert "<language>de</language>" in german["updates.rss"]
    assert json.loads(german["updates.json"])["language"] == "de"
    assert "Teilausfall" in german["badges/suche.svg"]
    assert "1 - (1,0 x Minuten mit Ausfall" in german["about/index.html"]
    assert 'content="https://status.example.com/assets/share/de/' in page
    assert '<h2 id="uptime">Verfügbarkeit</h2>' in german["about/index.html"]


def test_what_programs_read_stays_english(german):
    said = json.loads(german["api/v2/summary.json"])
    assert said["status"]["description"] == "Partial System Outage"
    assert said["incidents"][0]["status"] == "investigating"


def test_numbers_have_the_languages_own_mark():
    assert words_of("de").decimal("99.98") == "99,98"
    assert words_of("en").decimal("99.98") == "99.98"


@pytest.mark.parametrize(
    ("minutes", "german"), [(0, "weniger als eine Minute"), (1, "1 Minute"), (1505, "1 Tag 1 Stunde")]
)
def test_lengths_of_time_are_counted_in_the_language(minutes, german):
    assert words_of("de").duration(minutes) == german


@pytest.mark.parametrize("language", ["ar", "he", "fa"])
def test_a_language_written_from_right_to_left_turns_the_page(language, tmp_path):
    assert Words(language).direction == "rtl"
    builder = Builder(tmp_path, "Status", "https://status.example.com", "support@example.com", language=language)
    assert f'<html lang="{language}" dir="rtl"' in builder.template_html("404.html")


def test_a_language_without_words_is_refused_with_the_list_of_those_that_are_there():
    with pytest.raises(SettingsError, match=r"language: .*'xx'.*de, en"):
        load(environ={"PORTAL_LANGUAGE": "xx"})
    assert load(environ={"PORTAL_LANGUAGE": "de"}).language == "de"


def test_another_language_makes_another_site(settings):
    assert full.fingerprint(settings) != full.fingerprint(
        settings.model_copy(update={"language": "de", "content": None})
    )


def test_the_rules_of_posts_know_the_pages_language_unless_told_otherwise(context):
    with context.database.snapshot() as db:
        for settings, known in (({"language": "de"}, "de"), ({}, "en"), ({"process": {"language": "fr"}}, "fr")):
            assert judging.setting(db, Settings.model_validate(settings)).language == known


@pytest.mark.parametrize("name", ["about.md", "subscribe.md"])
def test_a_page_that_comes_along_says_the_same_in_each_language(name):
    english = (ROOT / "content" / name).read_text("utf-8")
    for language in TRANSLATED:
        other = (ROOT / "content" / language / name).read_text("utf-8")
        for found in (r"^#+", r'(?:href|src|action|name)="[^"]*"', r"data-copy"):
            assert re.findall(found, other, re.MULTILINE) == re.findall(found, english, re.MULTILINE), found


def test_a_page_of_the_operators_wins_over_one_in_the_language_that_comes_along(tmp_path):
    (tmp_path / "about.md").write_text("# Imprint")
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "privacy.md").write_text("# Datenschutz")
    (tmp_path / "privacy.md").write_text("# Privacy")
    pages = dict(full.content_pages(Settings(content=tmp_path, language="de")))
    assert pages["about.md"] == tmp_path / "about.md"
    assert pages["privacy.md"] == tmp_path / "de" / "privacy.md"
    assert dict(full.content_pages(Settings(content=tmp_path)))["privacy.md"] == tmp_path / "privacy.md"
    assert not [src for src in pages if src.startswith("de/")]


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_texts_that_posts_begin_with_exist_in_each_language(language):
    folder = ROOT / "site_templates" / "posts"
    english = sorted(path.name for path in folder.glob("*.md"))
    assert sorted(path.name for path in (folder / language).glob("*.md")) == english
    told = {"what": "Suche", "who": None, "first": True, "support": "x", "title": "x", "begin": None, "end": None}
    templates = load_templates(None, language)
    for name in english:
        stem = name.removesuffix(".md")
        assert filled(templates, stem, **told) != filled(load_templates(None, "en"), stem, **told), name


def test_a_posts_first_words_are_in_the_pages_language(german, context, admin):
    context = dataclasses.replace(context, settings=german.publisher.settings)
    texts = list_templates(context, admin, "INC-1")["texts"]
    assert texts["resolved"] == "Die Störung (Suche) ist behoben."
