"""Which web addresses may be fetched, and which network addresses may be connected to: public ones only."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from rag.errors import IngestError

MAX_ADDRESS_CHARS = 2000

_NUMERIC_LABEL = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_SCHEMES = ("http", "https")

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
"""Networks that `ipaddress` calls global in one of the supported versions of Python, and that must not be reached.

Source: IANA's registries of special-purpose IPv4 and IPv6 addresses (RFC 6890 and its successors).
"""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def check_address(address: str) -> str:
    """Return the address, when it may be fetched at all.

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
    if parts.scheme not in _SCHEMES:
        raise IngestError(f"refused: only http and https addresses are fetched, not {parts.scheme or 'others'}")
    if parts.username is not None or parts.password is not None:
        raise IngestError("refused: the address holds a user name or a password; leave it out")
    if not host or re.search(r"[\s\\\x00-\x20\x7f]", address):
        raise IngestError("not an address: it names no host, or holds characters that must be escaped")
    if _is_odd_notation(host):
        raise IngestError(f"refused: {host} is an unusual notation of a network address")
    return address


def resolve_public(host: str, port: int, allowed_hosts: Collection[str] = ()) -> list[str]:
    """Return the network addresses of a host, in the order to try them, looked up once and checked.

    Every address of the name must be public, so a name with one public and one private address is refused too. A host
    that is named in `allowed_hosts` may have any address.

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
    """Return whether a network address is on the public internet; an IPv4 address inside an IPv6 one is checked too."""
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


def _is_odd_notation(host: str) -> bool:
    if ":" in host:
        return False  # IPv6 has no other notation; what it carries is checked before connecting
    try:
        return str(ipaddress.IPv4Address(host)) != host
    except ValueError:
        return _NUMERIC_LABEL.fullmatch(host.rstrip(".").rpartition(".")[2]) is not None
