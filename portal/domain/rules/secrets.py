"""P15: secrets (blocked), and names of machines, networks and tickets (shown) that mean nothing to readers.

The forms of tokens are those that the services document for secret scanning.
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from portal.domain.names import FindingLevel
from portal.domain.rules.draft import Field, Finding, Setting
from portal.domain.rules.reading import Reading
from portal.domain.rules.word_sets import word_set

_RUN = r"[A-Za-z0-9_-]"
_START = r"(?<![\w-])"
_SECRETS: Sequence[tuple[str, re.Pattern[str]]] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("an AWS access key", _START + r"(?:(?:AKIA|ASIA)[0-9A-Z]{16}(?!\w))"),
        ("a GitHub token", _START + r"(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{20,})"),
        ("a GitLab token", _START + rf"(?:gl(?:pat|rt|dt|cbt)-{_RUN}{{16,}})"),
        ("a Slack token", _START + r"(?:xox[abeprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,})"),
        ("a Google API key", _START + rf"(?:AIza{_RUN}{{35}})"),
        ("a payment key", _START + r"(?:[rs]k_(?:live|test)_[0-9A-Za-z]{10,}|whsec_[0-9A-Za-z]{16,})"),
        ("a package registry token", _START + r"(?:npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{40,})"),
        ("a mail service key", _START + rf"(?:SG\.{_RUN}{{16,}}\.{_RUN}{{16,}})"),
        ("a token of this portal", _START + rf"(?:abp_{_RUN}{{20,}})"),
        ("a Sourcegraph token", _START + r"(?:sgp_(?:[0-9a-zA-Z]{16}_)?[0-9a-f]{40}|sl[gk]_[0-9a-f]{40,})"),
        ("an API key", _START + r"(?:sk-(?:[a-z]{2,8}[0-9]{0,2}-){0,2}[A-Za-z0-9_]{20,})"),
        ("a Hugging Face token", _START + r"(?:hf_[A-Za-z0-9]{30,})"),
        ("a signed token", _START + rf"(?:eyJ{_RUN}{{8,}}\.eyJ{_RUN}{{8,}}\.{_RUN}{{8,}})"),
        ("a private key", r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----"),
        ("a chat webhook", r"hooks\.slack\.com/(?:services|workflows|triggers)/[\w/]{10,}"),
        ("an address with a password", r"://[^\s:/@<>]{1,100}:[^\s@/<>]{2,100}@[\w.-]"),
    )
)
_ASSIGNED = re.compile(
    r"(?<![\w-])(?:password|passwd|pwd|secret|api[ _-]?key|access[ _-]?(?:key|token)|auth[ _-]?token|client[ _-]?secret"
    r"|token|bearer)[\"'*`]{0,3}(?: ?[:=] ?| is | )[\"'*`]{0,3}(?P<value>[^\s\"'`,;<>*]{8,200})",
    re.IGNORECASE,
)
_IPV4 = re.compile(
    r"(?<![\w.:/-])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?![\w]|\.\d)|(?<=//)(?:\d{1,3}\.){3}\d{1,3}(?!\w)"
)
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:/\d{1,3})?(?![\w:])")
_PUBLIC_RESOLVERS = word_set("1.1.1.1 1.0.0.1 8.8.8.8 8.8.4.4 9.9.9.9")
_VERSION_BEFORE = re.compile(r"(?:\bv|\bversions?|\breleases?|\bbuild)[ .:]?$", re.IGNORECASE)
_HOST = re.compile(r"(?<![A-Za-z0-9-])[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_INTERNAL_TOPS = word_set("internal local lan corp intranet intra localdomain private svc")
_MACHINE = re.compile(
    r"(?<![\w./-])(?:ip(?:-\d{1,3}){4}|(?:prod|production|staging|stg|db|pg|web|app|node|host|srv|server|redis|mysql|"
    r"postgres|kafka|worker|gitserver|frontend|k8s)-(?:[a-z0-9]{1,20}-){0,4}[a-z]{0,20}\d{1,6}[a-z]?)(?![\w-]|\.\w)"
)
_TICKET = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]{1,9}-\d{1,6}(?![\w-]|\.\d)|(?<![\w&/#])#\d{3,7}(?!\w)")
_NOT_TICKETS = word_set(
    "UTF SHA CVE ISO HTTP HTTPS COVID RFC AES TLS SSL EU US AP SA AF ME CA UK NA GPT SOC MD UTC GMT RSA IPV PCI TCP "
    "UDP IEEE ES H2 CWE NYC SFO AMS LON FRA SGP BLR TOR"
)


def examine_secrets(reading: Reading, setting: Setting, field: Field) -> Iterator[Finding]:
    """Secrets anywhere, code and links included; then hosts, addresses and tickets."""
    hidden = bytearray(len(reading.text))
    for name, start, end in _secrets(reading.text):
        if any(hidden[start:end]):
            continue
        hidden[start:end] = b"\x01" * (end - start)
        message = f"This looks like {name}; take it out, and have it revoked, since it has been typed in here."
        yield Finding("P15", FindingLevel.BLOCK, message, start, end, "(removed)", field)
    for message, start, end, suggestion in _inside_names(reading, setting):
        if not any(hidden[start:end]):
            yield Finding("P15", FindingLevel.WARN, message, start, end, suggestion, field)


def _secrets(text: str) -> Iterator[tuple[str, int, int]]:
    for name, pattern in _SECRETS:
        for match in pattern.finditer(text):
            if name != "an API key" or _is_mixed(match[0]):
                yield name, *match.span()
    for match in _ASSIGNED.finditer(text):
        value = match["value"].rstrip(".!?)")
        if _is_mixed(value) and "://" not in value and "/" not in value[:1]:
            yield "a password or key", match.start("value"), match.start("value") + len(value)


def _is_mixed(value: str) -> bool:
    """Whether a word looks drawn rather than written: letters and two digits or more, eight characters at least."""
    digits = sum(character.isdigit() for character in value)
    return len(value) >= 8 and digits >= 2 and any(character.isalpha() for character in value)


def _inside_names(reading: Reading, setting: Setting) -> Iterator[tuple[str, int, int, str | None]]:
    text = reading.text
    for pattern in (_IPV4, _IPV6):
        for match in pattern.finditer(text):
            if _is_address(match[0]) and not _VERSION_BEFORE.search(text, max(0, match.start() - 10), match.start()):
                yield f"“{match[0]}” is a network address; say which service is concerned instead.", *match.span(), None
    for match in _HOST.finditer(text):
        host = match[0].lower()
        if _is_internal(host, setting) and not _is_support(text, match.start(), match.end(), setting):
            yield _machine(match[0]), *match.span(), "one of our servers"
    for match in _MACHINE.finditer(reading.plain):
        yield _machine(match[0]), *match.span(), "one of our servers"
    for match in _TICKET.finditer(reading.plain):
        if match[0].partition("-")[0] not in _NOT_TICKETS:
            message = f"“{match[0]}” looks like a ticket that readers can't open; say what it is about."
            yield message, *match.span(), None


def _machine(name: str) -> str:
    return f"“{name}” is an internal name; say which service is concerned instead."


def _is_address(text: str) -> bool:
    try:
        address = ipaddress.ip_interface(text).ip
    except ValueError:
        return False
    return len(text) > 3 and text not in _PUBLIC_RESOLVERS and not (address.is_loopback or address.is_unspecified)


def _is_internal(host: str, setting: Setting) -> bool:
    if host.rpartition(".")[2] in _INTERNAL_TOPS:
        return True
    endings = _endings(setting.internal_domains)
    return bool(endings) and ("." + host).endswith(endings)


@lru_cache(maxsize=8)
def _endings(domains: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("." + domain.lower().strip(".") for domain in domains if domain.strip("."))


def _is_support(text: str, start: int, end: int, setting: Setting) -> bool:
    address = setting.support_email.lower()
    return bool(address) and text[max(0, end - len(address)) : end].lower() == address and start > end - len(address)
