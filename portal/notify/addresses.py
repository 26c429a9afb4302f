"""Addresses on the web that strangers typed: which may be asked at all."""

import ipaddress
import re
from urllib.parse import urlsplit

_PRINTABLE = re.compile(r"[\x21-\x5b\x5d-\x7e]{1,2000}")

INTERNAL = [
    ipaddress.ip_network(one)
    for one in (
        # IANA's registries of special-purpose addresses (RFC 6890), and what embeds an IPv4 address in IPv6
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32"),
        *("2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
]


class Forbidden(Exception):
    """The address may not be asked; the sentence says why and what to give instead."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet, and to no special purpose."""
    try:
        number = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return not any(number in network for network in INTERNAL if network.version == number.version)


def parts_of(url: str) -> tuple[str, int, str]:
    """Host, port and path of an https address. Raises Forbidden for everything else."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
        host = host if ":" in host else host.encode("idna").decode()
    except (ValueError, UnicodeError) as error:
        raise Forbidden("That is no address on the web; give one such as https://example.com/hook.") from error
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if parts.scheme != "https" or not host or parts.username is not None or not _PRINTABLE.fullmatch(url):
        raise Forbidden("Give an address that begins with https:// and has neither a name nor a password in it.")
    return host, port, path


def is_number(host: str) -> bool:
    """Whether a host is an IP address, not a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
