"""Web addresses: which may be asked for, which network addresses may be connected to, which name the same page."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from rag.errors import IngestError

MAX_ADDRESS_CHARS = 2000

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://|(?:data|javascript|mailto|file):", re.IGNORECASE)
_NUMERIC_LABEL = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|yclid|_ga", re.IGNORECASE)
_PORT = re.compile(r":(\d*)$")
_SITE_PREFIX = re.compile(r"^(?:www|m|mobile|amp)\.")

_REFUSED_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments; some clouds serve metadata here
        "192.88.99.0/24",  # relays of 6to4
        "168.63.129.16/32",  # a cloud's metadata service behind a public address
        "100::/64",
        "64:ff9b:1::/48",  # translation to IPv4 inside one network
        "2001::/23",  # protocol assignments, Teredo among them, which carries an IPv4 address
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
        "::/96",  # IPv4-compatible
    )
)
"""What `ipaddress` calls global in one of the supported versions of Python, and must not be reached.

Source: IANA's registries of special-purpose IPv4 and IPv6 addresses (RFC 6890 and its successors).
"""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_address(source: str) -> bool:
    """Whether a source is meant as an address, of any scheme, and not as a path."""
    return _SCHEME.match(source) is not None


def check_address(address: str) -> str:
    """The address, when it may be asked for at all.

    Raises:
        IngestError: it isn't http or https, names no host, carries credentials, or writes a network address in an
            unusual notation (decimal, octal, hexadecimal).
    """
    if len(address) > MAX_ADDRESS_CHARS:
        raise IngestError(f"the address is longer than {MAX_ADDRESS_CHARS:,} characters")
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError as exc:
        raise IngestError(f"not an address: {exc}") from exc
    if parts.scheme not in _DEFAULT_PORTS:
        raise IngestError(f"refused: only http and https addresses are fetched, not {parts.scheme or 'others'}")
    if parts.username is not None or parts.password is not None:
        raise IngestError("refused: the address holds a user name or a password; leave it out")
    if not host or re.search(r"[\s\\\x00-\x20\x7f]", address):
        raise IngestError("not an address: it names no host, or holds characters that must be escaped")
    if _is_odd_notation(host):
        raise IngestError(f"refused: {host} is an unusual notation of a network address")
    return address


def resolve_public(host: str, port: int, allowed_hosts: Collection[str] = ()) -> list[str]:
    """The network addresses of a host, in the order to try them, looked up once and checked.

    Every address of the name must be public, so that a name with one public and one private address is refused
    too. A host that is named in `allowed_hosts` may have any address.

    Raises:
        IngestError: the name can't be resolved, or leads to a machine that is not on the public internet.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise IngestError(f"the name {host} can't be resolved ({getattr(exc, 'strerror', None) or exc})") from exc
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if host.lower().rstrip(".") not in allowed_hosts:
        for address in addresses:
            if not is_public(address):
                raise IngestError(
                    f"refused: {host} leads to {address}, which is not on the public internet. "
                    "Name the host in FOOTNOTE_FETCH_ALLOWED_HOSTS if you trust it."
                )
    return addresses


def is_public(address: str) -> bool:
    """Whether a network address is one of the public internet, also behind IPv6 notations that carry an IPv4 one."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.scope_id:
            return False
        carried = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            carried = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if carried is not None:
            return is_public(str(carried))
    if any(ip in network for network in _REFUSED_NETWORKS):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_loopback or ip.is_link_local)


def page_key(address: str) -> str:
    """What addresses of the same page have in common: no fragment, no tracking parameters, no difference of http.

    The parameters are sorted, the host is in small letters, a default port and a last slash are left out.
    """
    parts = urlsplit(without_tracking(address))
    host = (parts.hostname or "").rstrip(".")
    port = _PORT.search(parts.netloc)
    suffix = "" if port is None or port[1] in ("", "80", "443") else port[0]
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return urlunsplit(("https", host + suffix, parts.path.rstrip("/"), query, ""))


def without_tracking(address: str) -> str:
    """The address without its fragment and the parameters that only tell where a reader came from."""
    parts = urlsplit(address)
    query = "&".join(part for part in parts.query.split("&") if not _TRACKING.fullmatch(part.partition("=")[0]))
    return urlunsplit(parts._replace(query=query, fragment=""))


def canonical_address(stated: str, fetched: str) -> str:
    """The address that a page states as its own, when it is on the site that the page came from; else the page's."""
    fetched = without_tracking(fetched)
    if not stated:
        return fetched
    try:
        address = check_address(urljoin(fetched, stated))
    except (IngestError, ValueError):
        return fetched
    return address if _site(address) == _site(fetched) and names_a_page(address) else fetched


def names_a_page(address: str) -> bool:
    """Whether an address leads below the front page of its site, which no article is identified by."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.path.strip("/") != "" or parts.query != ""


def _site(address: str) -> str:
    """The host without what only tells the phone's version from the other."""
    return _SITE_PREFIX.sub("", (urlsplit(address).hostname or "").rstrip("."))


def _is_odd_notation(host: str) -> bool:
    if ":" in host:
        return False  # IPv6 has no other notation; what it carries is checked before connecting
    try:
        return str(ipaddress.IPv4Address(host)) != host
    except ValueError:
        return _NUMERIC_LABEL.fullmatch(host.rstrip(".").rpartition(".")[2]) is not None
