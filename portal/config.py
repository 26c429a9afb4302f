"""Settings: defaults, then portal.toml, then PORTAL_* variables. A misspelt name is an error, never ignored."""

import os
import pathlib
import tomllib
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, DirectoryPath, Field, ValidationError, model_validator

from portal.branding import Branding

PREFIX = "PORTAL_"
NOT_SETTINGS = {"PORTAL_REQUIRE_BROWSER"}
"""Variables of the test suite that share the prefix."""


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"write the whole public address, such as https://status.example.com, not {text!r}")
    return text


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Smtp(Section):
    host: str | None = None
    port: int = 25
    user: str | None = None
    password: str | None = Field(default=None, repr=False)
    tls: Literal["none", "starttls", "tls"] = "none"


class Uptime(Section):
    """Weights of a minute in each state; uptime is 100 % minus the weighted share of minutes."""

    major_outage: float = Field(default=1.0, ge=0, le=1)
    partial_outage: float = Field(default=0.3, ge=0, le=1)


class Process(Section):
    """Numbers, names and wording of the incident process; the defaults are those of docs/process."""

    language: str = "en"
    support_route: str | None = None
    """Where a minor problem belongs instead of an incident; the support address when unset."""
    audiences: list[str] = ["cloud", "managed", "self-hosted"]
    offer_minutes: int = Field(default=5, ge=1)
    postmortem_days_critical: int = Field(default=3, ge=0)
    postmortem_working_days_major: int = Field(default=5, ge=0)
    people: list[str] = []
    """Full names of people who work here, beside those who have an account: posts should not name them."""
    internal_domains: list[str] = []
    """Domains that must not be named in public posts, such as corp.example."""


class Settings(Section):
    """All settings, resolved. Nested names take two underscores in variables: PORTAL_SMTP__HOST."""

    home: pathlib.Path = pathlib.Path("var")
    site_url: Annotated[str, AfterValidator(_address)] = "http://127.0.0.1:8000"
    site_name: str = "Status"
    support_email: str = "support@example.com"
    time_zone: str = "Etc/UTC"
    mail_from: str | None = None
    mail_delay: int = Field(default=60, ge=0)
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    """How many proxies in front may be believed about the client's address; 0 believes none."""
    content: DirectoryPath | None = None
    """A folder of pages that replace or join the ones that come with the portal."""
    smtp: Smtp = Smtp()
    uptime: Uptime = Uptime()
    process: Process = Process()
    branding: Branding = Branding()

    @model_validator(mode="before")
    @classmethod
    def _one_name(cls, values: Any) -> Any:
        branding = values.get("branding") if isinstance(values, dict) else None
        named = branding.get("name") if isinstance(branding, dict) else getattr(branding, "name", None)
        return {**values, "site_name": named} if named else values

    @property
    def database_path(self) -> pathlib.Path:
        return self.home / "portal.db"

    @property
    def base_url(self) -> str:
        """The public address without a slash at the end."""
        return self.site_url.rstrip("/")


class SettingsError(Exception):
    """A setting is unknown or has a value that it can't have."""


def load(path: pathlib.Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `path` (portal.toml, when it exists) and the environment. Raises SettingsError."""
    environ = os.environ if environ is None else environ
    path = path or pathlib.Path("portal.toml")
    values: dict[str, Any] = {}
    if path.exists():
        try:
            values = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: {error}") from error
    for name, value in environ.items():
        if name.startswith(PREFIX) and name not in NOT_SETTINGS:
            _put(values, name.removeprefix(PREFIX).lower().split("__"), value)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(one) for one in error.errors())) from error


def _put(values: dict[str, Any], names: list[str], value: str) -> None:
    for name in names[:-1]:
        values = values.setdefault(name, {})
        if not isinstance(values, dict):
            raise SettingsError(f"{name} is a single value, it has no settings inside")
    values[names[-1]] = value.split(",") if names[-1] in {"audiences", "people", "internal_domains"} else value


def _sentence(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{place}: there is no such setting (PORTAL_{place.upper().replace('.', '__')} as a variable)"
    return f"{place}: {error['msg'].removeprefix('Value error, ')}"
