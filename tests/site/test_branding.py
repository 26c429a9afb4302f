"""A portal looks like its owner's without code: name, pictures, colours, links, footer."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

import portal
from portal.branding import Branding
from portal.site import full
from portal.site.brand import into_theme
from portal.site.builder import inline_hashes
from tests.site.public_files import PublicFiles

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>'


@pytest.fixture
def branded(context, tmp_path):
    """The pages of a portal with all that can be said in [branding]."""
    folder = tmp_path / "brand"
    folder.mkdir()
    for name in ("logo.svg", "icon.svg"):
        (folder / name).write_text(f"{LOGO}<!-- {name} -->")
    values = {
        "logo": folder / "logo.svg",
        "favicon": folder / "icon.svg",
        "primary": "#123c69",
        "accent": "#8a1c4a",
        "accent_dark": "#f2a7c3",
        "support": "https://acme.example/help",
        "links": [
            {"name": "<b>Shop</b>", "url": "https://acme.example/?a=1&b=2"},
            {"name": "Imprint", "url": "/imprint/"},
        ],
        "footer": "© Acme, [Hamburg](https://acme.example/) <script>alert(1)</script>",
    }
    settings = context.settings.model_copy(update={"branding": Branding.model_validate(values)})
    return PublicFiles(replace(context, settings=settings))


def test_pictures_are_published_under_names_that_change_with_them(branded, context, tmp_path):
    page = branded["index.html"]
    (logo,) = re.findall(r'<img src="(assets/logo-[0-9a-f]{16}\.svg)"', page)
    (favicon,) = re.findall(r'<link rel="icon" href="(assets/favicon-[0-9a-f]{16}\.svg)"', page)
    assert branded[logo] == f"{LOGO}<!-- logo.svg -->"
    assert branded[favicon] == f"{LOGO}<!-- icon.svg -->"
    assert f'src="../{logo}"' in branded["history/index.html"]


def test_without_branding_the_tab_shows_our_sign_and_not_the_theme_s(context):
    files = PublicFiles(context)
    (favicon,) = re.findall(r'<link rel="icon" href="([^"]+)"', files["index.html"])
    shown = (files.publisher.releases.link / favicon).read_bytes()
    assert shown == (portal.root() / "site_templates/theme" / favicon).read_bytes()
    assert len(shown) < 1000, "every reader loads it"


def test_colours_are_one_style_sheet_that_every_page_has_and_the_policy_allows(branded):
    pages = [branded[name] for name in ("index.html", "history/index.html", "about/index.html", "404.html")]
    found = {tuple(inline_hashes([page])["style-src"]) for page in pages}
    assert len(found) == 1
    (hashes,) = found
    assert len(hashes) == 1
    assert "--top:light-dark(#123c69,#123c69);--on-top:light-dark(#ffffff,#ffffff)" in pages[0]
    assert "--link:light-dark(#8a1c4a,#f2a7c3)" in pages[0]
    listed = json.loads((branded.publisher.releases.current().path / "csp.json").read_text())
    assert list(hashes) == listed["style-src"]


def test_links_support_and_footer_are_there_and_harmless(branded):
    for name, home in (("index.html", "./"), ("history/index.html", "../")):
        page = branded[name]
        assert '<a href="https://acme.example/?a=1&amp;b=2">&lt;b&gt;Shop&lt;/b&gt;</a>' in page
        assert f'<a href="{home}imprint/">Imprint</a>' in page
        assert '<a href="https://acme.example/help">Support</a>' in page
        assert '© Acme, <a href="https://acme.example/"' in page
        assert "<script>alert(1)" not in page
        assert "mailto:" not in page.partition("<footer")[2]
    assert branded.publisher.check() == []


def test_without_branding_there_is_the_icon_the_mail_address_and_no_style_of_our_own(context):
    page = PublicFiles(context)["index.html"]
    assert inline_hashes([page])["style-src"] == []
    assert "<img" not in page
    assert '<a href="mailto:support@example.com">support@example.com</a>' in page


def test_each_part_of_it_makes_the_site_be_built_anew(context, tmp_path):
    logo = tmp_path / "logo.svg"
    logo.write_text(LOGO)
    values = [
        {},
        {"logo": logo},
        {"primary": "#123c69"},
        {"accent": "#8a1c4a"},
        {"support": "help@acme.example"},
        {"links": [{"name": "x", "url": "/x/"}]},
        {"footer": "Acme"},
    ]

    def fingerprint(branding):
        return full.fingerprint(context.settings.model_copy(update={"branding": Branding.model_validate(branding)}))

    found = {fingerprint(one) for one in values}
    logo.write_text(LOGO + "<!-- another -->")
    found.add(fingerprint({"logo": logo}))
    assert len(found) == len(values) + 1


def test_what_portal_toml_leaves_out_comes_from_mkdocs_yml_and_is_held_to_the_same_rules():
    below = {"footer": "From mkdocs.yml", "support": "help@acme.example"}
    config = SimpleNamespace(extra={"branding": below}, theme={})
    into_theme(config, Branding(support="https://acme.example/help"))
    assert config.extra["branding"]["footer_html"] == "From mkdocs.yml"
    assert config.extra["support"] == {"href": "https://acme.example/help", "words": "Support"}
    config.extra = {"branding": {"accent": "#ffcc00"}}
    with pytest.raises(ValueError, match="choose a darker colour"):
        into_theme(config, Branding())
