"""The canonical form of web addresses, by which the same page is recognised; nothing is fetched here."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://|(?:data|javascript|mailto|file):", re.IGNORECASE)
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|yclid|_ga", re.IGNORECASE)
_PORT = re.compile(r":(\d*)$")


def is_address(source: str) -> bool:
    """Return whether a source is meant as an address, of any scheme, and not as a path."""
    return _SCHEME.match(source) is not None


def page_key(address: str) -> str:
    """Return the form that all addresses of one page share.

    The scheme becomes https, the host lower case; the parameters are sorted. Fragment, tracking parameters, default
    port and last slash are left out. Example: `http://Example.com:80/a/?utm_source=x#top` gives
    `https://example.com/a`.
    """
    parts = urlsplit(without_tracking(address))
    host = (parts.hostname or "").rstrip(".")
    port = _PORT.search(parts.netloc)
    suffix = "" if port is None or port[1] in ("", "80", "443") else port[0]
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return urlunsplit(("https", host + suffix, parts.path.rstrip("/"), query, ""))


def without_tracking(address: str) -> str:
    """Return the address without its fragment and the parameters that only track where a visitor came from."""
    parts = urlsplit(address)
    query = "&".join(part for part in parts.query.split("&") if not _TRACKING.fullmatch(part.partition("=")[0]))
    return urlunsplit(parts._replace(query=query, fragment=""))


def names_a_page(address: str) -> bool:
    """Return whether an address leads below the front page of its site; a front page identifies no article."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.path.strip("/") != "" or parts.query != ""
