"""Settings that can't work are refused with the setting's name, before anything is written or served."""

import pathlib

import pytest

from portal.config import SettingsError, load


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORTAL_SITE_URL", "status.example.com", "site_url: write the whole public address"),
        ("PORTAL_SITE_URL", "https://", "site_url: write the whole public address"),
        ("PORTAL_SITE_URL", "ftp://status.example.com", "site_url: write the whole public address"),
        ("PORTAL_SITE_URL", "https://status.example.com/?page=1", "site_url: write the whole public address"),
        ("PORTAL_CONTENT", "/no/such/folder", "content: Path does not point to a directory"),
        ("PORTAL_UPTIME__MAJOR_OUTAGE", "7", "uptime.major_outage: Input should be less than or equal to 1"),
        ("PORTAL_PROCESS__OFFER_MINUTES", "0", "process.offer_minutes: Input should be greater than or equal to 1"),
        ("PORTAL_TRUSTED_PROXIES", "many", "trusted_proxies: Input should be a valid integer"),
        ("PORTAL_SITE_NAM", "Example", "site_nam: there is no such setting (PORTAL_SITE_NAM as a variable)"),
        ("PORTAL_SMTP__PROT", "25", "smtp.prot: there is no such setting (PORTAL_SMTP__PROT as a variable)"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name(
    tmp_path: pathlib.Path, name: str, value: str, said: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        load(tmp_path / "portal.toml", {name: value})
    assert str(refused.value).startswith(said)


def test_variables_win_over_the_file(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "portal.toml"
    file.write_text(f'site_name = "File"\nsite_url = "https://status.example.com/sub/"\ncontent = "{tmp_path}"\n')
    settings = load(file, {"PORTAL_SITE_NAME": "Variable", "PATH": "/bin"})
    assert settings.site_name == "Variable"
    assert settings.base_url == "https://status.example.com/sub"
    assert settings.content == tmp_path
