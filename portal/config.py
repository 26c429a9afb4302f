"""Settings: defaults, then portal.toml, then PORTAL_* variables. A misspelt name is an error, never ignored."""

import os
import pathlib
import string
import tomllib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    DirectoryPath,
    Field,
    FilePath,
    PrivateAttr,
    ValidationError,
    model_validator,
)

from portal.branding import Branding
from portal.language import SOURCE, languages

PREFIX = "PORTAL_"
NOT_SETTINGS = {"PORTAL_REQUIRE_BROWSER"}
"""Variables of the test suite that share the prefix."""
LISTS = {"audiences", "people", "internal_domains", "declaring_teams", "domains"}
"""Settings whose variables hold several words with commas between them."""


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"write the whole public address, such as https://status.example.com, not {text!r}")
    return text


def _hub(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username is not None or parts.fragment:
        raise ValueError(f"write the hub's https address, such as https://hub.example.com/, not {url!r}")
    return url


def _language(name: str) -> str:
    if name not in languages():
        known = ", ".join(languages())
        raise ValueError(f"there are no words in {name!r} here; choose one of {known}, or add it (docs/theming.md)")
    return name


TOLD_ROWS = ("support", "customer_success", "sales", "marketing", "general", "leadership")
"""Rows of the checklist that a message settles."""
FACTS = ("ref", "title", "severity", "impact")


def _message(text: str) -> str:
    try:
        used = {(name, form or "", turn) for _, name, form, turn in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise ValueError(f"write braces in pairs, such as {{title}} ({error})") from error
    if not used <= {(one, "", None) for one in FACTS}:
        raise ValueError(
            f"only {', '.join(f'{{{one}}}' for one in FACTS)} can stand in it; double a brace that is meant"
        )
    return text


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Smtp(Section):
    host: str | None = None
    port: int = 25
    user: str | None = None
    password: str | None = Field(default=None, repr=False)
    tls: Literal["none", "starttls", "tls"] = "none"
    connections: int = Field(default=4, ge=1, le=32)
    """Mails that are on their way at once, each on a connection that is kept."""
    timeout: float = Field(default=30.0, gt=0, le=120)
    """Seconds that the server may take for one answer."""


class Dkim(Section):
    """How mails are signed (RFC 6376); not at all unless a key is given."""

    key: FilePath | None = None
    """The private key, PEM; its file must be readable by the portal alone."""
    selector: str = "portal"
    domain: str | None = None
    """The domain of `mail_from` when unset."""


class Announce(Section):
    """Where people inside are told, by apprise: chats and push services."""

    channels: dict[str, str] = Field(default={}, repr=False)
    """Name -> an apprise URL, which is a secret. `incidents`, `security` and `advice` are asked for by these names; a
    team's name is told what its team is, and a person's mail address is paged."""
    mentions: dict[str, str] = {}
    """Name of a channel -> what a message there begins with, such as @here."""
    words: dict[str, Annotated[str, AfterValidator(_message)]] = {}
    """Row of the checklist -> what its channel is told; FACTS in braces stand for the incident's own."""

    @model_validator(mode="after")
    def _known(self) -> "Announce":
        unknown = sorted((self.mentions.keys() | self.words.keys()) - self.channels.keys())
        if unknown:
            raise ValueError(f"there is no channel {unknown[0]!r}; name it under [announce.channels] too")
        if not self.words.keys() <= set(TOLD_ROWS):
            raise ValueError(f"words can be had for {', '.join(TOLD_ROWS)}")
        return self


class Uptime(Section):
    """Weights of a minute in each state; uptime is 100 % minus the weighted share of minutes."""

    major_outage: float = Field(default=1.0, ge=0, le=1)
    partial_outage: float = Field(default=0.3, ge=0, le=1)


class Oidc(Section):
    """Sign-in by the company's own accounts (OpenID Connect, code flow with PKCE)."""

    issuer: Annotated[str, AfterValidator(_address)] | None = None
    """Its address; <issuer>/.well-known/openid-configuration says the rest."""
    client_id: str | None = None
    client_secret: str | None = Field(default=None, repr=False)
    name: str = "single sign-on"
    """What the button says: "Sign in with ..."."""
    domains: list[str] = []
    """Mail domains whose people may sign in; nobody gets an account while it is empty."""

    @model_validator(mode="after")
    def _whole(self) -> "Oidc":
        if self.issuer is not None and not self.client_id:
            raise ValueError("client_id is needed beside the issuer")
        return self


class Sessions(Section):
    """How long somebody stays signed in at the desk."""

    idle_hours: int = Field(default=168, ge=1)
    """Without any request."""
    days: int = Field(default=30, ge=1)
    """At most, however busy."""


class Process(Section):
    """Numbers, names and wording of the incident process; docs/operations.md says what each means."""

    language: str | None = None
    """What the word rules of posts know; the page's language when unset."""
    support_route: str | None = None
    """Where a minor problem belongs instead of an incident; the support address when unset."""
    audiences: list[str] = ["cloud", "managed", "self-hosted"]
    offer_minutes: int = Field(default=5, ge=1)
    messenger_minutes: int = Field(default=10, ge=1)
    reporter_minutes: int = Field(default=10, ge=1)
    summary_minutes: int = Field(default=30, ge=1)
    down_minutes: int = Field(default=5, ge=1)
    """A component whose alert lasts so long opens a triage record."""
    user_reports: int = Field(default=5, ge=0)
    """More reports than this within an hour open a triage record."""
    contact_days: int = Field(default=90, ge=0)
    """How people outside can be reached is forgotten so long after their report or its incident is closed."""
    declaring_teams: list[str] = ["product", "engineering", "support"]
    """Support is called at once when somebody of none of these teams declares."""
    call_minutes: int = Field(default=10, ge=1)
    """After this an unanswered call offers to call the next."""
    teams_without_reason: int = Field(default=3, ge=1)
    """How many teams are called before a reason is asked for."""
    playbook_days: int = Field(default=180, ge=1)
    """A playbook that nobody has reviewed for longer is marked."""
    postmortem_days_critical: int = Field(default=3, ge=0)
    postmortem_working_days_major: int = Field(default=5, ge=0)
    people: list[str] = []
    """Full names of people who work here, beside those who have an account: posts should not name them."""
    internal_domains: list[str] = []
    """Domains that must not be named in public posts, such as corp.example."""
    review_posts: bool = False
    """Whether a second person reads a post first; whoever can't wait for one says why."""
    post_templates: DirectoryPath | None = None
    """A folder whose files, such as investigating.md, replace the texts that a post begins with."""


class Settings(Section):
    """All settings, resolved. Nested names take two underscores in variables: PORTAL_SMTP__HOST."""

    home: pathlib.Path = pathlib.Path("var")
    site_url: Annotated[str, AfterValidator(_address)] = "http://127.0.0.1:8000"
    desk_url: Annotated[str, AfterValidator(_address)] | None = None
    """Where people inside reach the desk, when it has an address of its own; `site_url` when unset."""
    site_name: str = "Status"
    language: Annotated[str, AfterValidator(_language)] = SOURCE
    """What the public page, its feeds and its mail speak; posts stay as they are written."""
    support_email: str = "support@example.com"
    time_zone: str = "Etc/UTC"
    mail_from: str | None = None
    mail_delay: int = Field(default=60, ge=0)
    mail_bounces: str | None = None
    """Where mails that could not be delivered come back to, with `+...` before the @; `mail_from` when unset."""
    mail_reports: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{20,200}$", repr=False)
    """The end of the address at which a mail provider's webhook reports what came back; whoever knows it may."""
    websub_hub: Annotated[str, AfterValidator(_hub)] | None = None
    """Who is told that feeds have changed, and tells their readers (WebSub); any https address."""
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    """How many proxies in front may be believed about the client's address; 0 believes none."""
    content: DirectoryPath | None = None
    """A folder of pages that replace or join the ones that come with the portal."""
    smtp: Smtp = Smtp()
    dkim: Dkim = Dkim()
    announce: Announce = Announce()
    uptime: Uptime = Uptime()
    sessions: Sessions = Sessions()
    oidc: Oidc = Oidc()
    process: Process = Process()
    branding: Branding = Branding()
    _origins: dict[str, str] = PrivateAttr(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _one_name(cls, values: Any) -> Any:
        branding = values.get("branding") if isinstance(values, dict) else None
        named = branding.get("name") if isinstance(branding, dict) else getattr(branding, "name", None)
        return {**values, "site_name": named} if named else values

    def origin(self, name: str) -> str | None:
        """Where a setting (`smtp.host`) was set: a file's or a variable's name; None for a default."""
        return self._origins.get(name)

    @property
    def database_path(self) -> pathlib.Path:
        return self.home / "portal.db"

    @property
    def base_url(self) -> str:
        """The public address without a slash at the end."""
        return self.site_url.rstrip("/")

    @property
    def desk_base(self) -> str:
        """The desk's address without a slash at the end; its pages are below /desk/."""
        return (self.desk_url or self.site_url).rstrip("/")


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
    origins = dict.fromkeys(_dotted(values), str(path))
    for name, value in environ.items():
        if name.startswith(PREFIX) and name not in NOT_SETTINGS:
            origins[name.removeprefix(PREFIX).lower().replace("__", ".")] = name
            _put(values, name.removeprefix(PREFIX).lower().split("__"), value)
    try:
        settings = Settings.model_validate(values)
        settings._origins.update(origins)
        return settings
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(one) for one in error.errors())) from error


def _dotted(values: Mapping[str, Any], start: str = "") -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{start}{name}.")
        else:
            yield start + name


def _put(values: dict[str, Any], names: list[str], value: str) -> None:
    for name in names[:-1]:
        values = values.setdefault(name, {})
        if not isinstance(values, dict):
            raise SettingsError(f"{name} is a single value, it has no settings inside")
    values[names[-1]] = value.split(",") if names[-1] in LISTS else value


def _sentence(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{place}: there is no such setting (PORTAL_{place.upper().replace('.', '__')} as a variable)"
    return f"{place}: {error['msg'].removeprefix('Value error, ')}"
