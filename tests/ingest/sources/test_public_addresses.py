"""Public addresses: what may be fetched, and what may be connected to."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from ingest.sources.public_addresses import check_address, is_public, resolve_public
from rag.errors import IngestError


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.0.3",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "192.0.2.1",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "not an address",
    ],
)
def test_addresses_off_the_public_internet_are_told(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_public_addresses_are_told(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("ftp://example.com/a", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("gopher://example.com/", "only http and https"),
        ("javascript:alert(1)", "only http and https"),
        ("http://user@example.com/", "user name"),
        ("http://user:secret@example.com/", "user name"),
        ("http://:@example.com/", "user name"),
        ("http://example.com@127.0.0.1/", "user name"),
        ("http:///path", "names no host"),
        ("http://exa mple.com/", "must be escaped"),
        ("http://example.com\\@127.0.0.1/", "user name|must be escaped"),
        ("http://example.com:99999/", "not an address"),
        ("http://2130706433/", "unusual notation"),
        ("http://017700000001/", "unusual notation"),
        ("http://0x7f000001/", "unusual notation"),
        ("http://0x7f.0.0.1/", "unusual notation"),
        ("http://0177.0.0.1/", "unusual notation"),
        ("http://127.1/", "unusual notation"),
        ("http://127.0.0.01/", "unusual notation"),
        ("http://127.0.0.1./", "unusual notation"),
        ("http://example.com/" + "a" * 2000, "longer than"),
    ],
)
def test_addresses_that_must_not_be_asked_for_are_refused(address: str, says: str) -> None:
    with pytest.raises(IngestError, match=says):
        check_address(address)


@pytest.mark.parametrize(
    "address", ["http://example.com", "https://exämple.com/ä?b=c#d", "http://[2606:4700::1]:8080/x"]
)
def test_plain_addresses_are_taken(address: str) -> None:
    assert check_address(address) == address


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def look_up(host: str, port: int, **options: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "93.184.216.34", "10.0.0.1")
    with pytest.raises(IngestError, match=r"10\.0\.0\.1.*FOOTNOTE_FETCH_ALLOWED_HOSTS"):
        resolve_public("news.example", 80)


def test_a_host_that_is_allowed_by_name_may_have_any_address(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "10.0.0.1")
    assert resolve_public("Wiki.corp.example", 80, {"wiki.corp.example"}) == ["10.0.0.1"]
    with pytest.raises(IngestError):
        resolve_public("evil.wiki.corp.example", 80, {"wiki.corp.example"})
