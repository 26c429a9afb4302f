"""[branding] is checked before anything is served: what can't be read or shown is refused in words that help."""

import pathlib

import pytest

from portal.branding import READABLE, contrast, text_on
from portal.config import Settings, SettingsError, load


@pytest.fixture
def toml(tmp_path, monkeypatch):
    """Settings from a portal.toml with these lines under [branding]."""
    monkeypatch.chdir(tmp_path)

    def read(*lines: str) -> Settings:
        pathlib.Path("portal.toml").write_text("\n".join(["[branding]", *lines]))
        return load(pathlib.Path("portal.toml"), {})

    return read


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#ffffff", "#767676") == contrast("#767676", "#ffffff")


def test_black_or_white_can_be_read_on_every_colour():
    for red in range(0, 256, 15):
        for green in range(0, 256, 15):
            for blue in range(0, 256, 15):
                colour = f"#{red:02x}{green:02x}{blue:02x}"
                assert contrast(text_on(colour), colour) >= READABLE


def test_everything_is_optional_and_the_name_is_the_sites_name(toml):
    assert toml().site_name == "Status"
    assert toml('name = "Acme Status"').site_name == "Acme Status"
    assert Settings(branding=toml('name = "Acme"').branding).site_name == "Acme"


def test_colours_are_kept_in_one_form(toml):
    assert toml('primary = "#1C4"').branding.primary == "#11cc44"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            'accent = "#ffcc00"',
            "branding.accent: #ffcc00 on the background #f5f7f9 has a contrast of 1.4:1, links need",
        ),
        ('accent = "#7f7f7f"', "choose a darker colour"),
        ('accent_dark = "#123c69"', "choose a lighter colour"),
        ('primary = "navy"', "branding.primary: write a colour as #rrggbb, such as #0b57d0, not 'navy'"),
        ('primary = "#fff;} body{display:none"', "branding.primary: write a colour"),
        ('logo = "nowhere.svg"', "branding.logo: Path does not point to a file"),
        ('logo = "portal.toml"', "branding.logo: portal.toml is no picture that browsers show; use one of .svg, .png"),
        ('logo = "empty.svg"', "branding.logo: empty.svg has 0 bytes"),
        ('favicon = "large.png"', "branding.favicon: large.png has 100001 bytes; a picture for every page has 1 to"),
        ('support = "javascript:alert(1)"', "branding.support: write a mail address or a whole web address"),
        ('support = "help"', "branding.support: write a mail address"),
        ('links = [{name = "x", url = "javascript:alert(1)"}]', "branding.links.0.url: write https://..., mailto:..."),
        ('links = [{name = "x", url = "//evil.example"}]', "branding.links.0.url: write https://"),
        ('links = [{name = "", url = "/imprint/"}]', "branding.links.0.name: "),
        ('links = [{name = "x"}]', "branding.links.0.url: Field required"),
        ('colour = "#123456"', "branding.colour: there is no such setting"),
        ('name = ""', "branding.name: "),
    ],
)
def test_what_can_not_work_is_refused_by_name(toml, tmp_path, line, said):
    (tmp_path / "empty.svg").touch()
    (tmp_path / "large.png").write_bytes(b"0" * 100_001)
    with pytest.raises(SettingsError) as refused:
        toml(line)
    assert said in str(refused.value)


@pytest.mark.parametrize("url", ["https://acme.example/a?b=c#d", "mailto:help@acme.example", "/imprint/"])
def test_links_lead_to_the_web_to_mail_or_to_a_page_of_this_site(toml, url):
    assert toml(f'links = [{{name = "x", url = "{url}"}}]').branding.links[0].url == url
