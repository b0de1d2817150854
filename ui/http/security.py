"""Security headers for browsers, and the host names that the server answers to."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
from collections.abc import Iterable
from html.parser import HTMLParser

NOT_LOOPBACK = (
    "other machines could reach this address, and the server can't sign anyone in. Serve on 127.0.0.1, and open it "
    "from another machine through a tunnel: there, ssh -L 7860:127.0.0.1:7860 THIS-MACHINE, then http://127.0.0.1:7860."
)

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})

EVERYWHERE: dict[bytes, bytes] = {
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
}
"""Headers of every response, also of refusals."""

NOTHING_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The content security policy of every response but the page: nothing may run, and nothing may be loaded."""

PAGE_POLICY: dict[str, str] = {
    "default-src": "'none'",
    # Gradio's HTML component builds its templates and our `js_on_load` with `new Function`, hence 'unsafe-eval'.
    # Inline scripts run only if the server wrote them: the header names the hash of each.
    "script-src": "'self' 'unsafe-eval'",
    "script-src-attr": "'none'",
    # Gradio adds style elements and attributes while the page runs, so they can't be allowed by hash.
    # What styles may load is limited by the lines below.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "object-src": "'none'",
    # The page has `<base href>` of its own address.
    "base-uri": "'self'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


def page_policy(html: str) -> str:
    """Return the content security policy of a page. Of inline scripts only those in `html` may run."""
    hashes = " ".join(f"'{_script_hash(script)}'" for script in _InlineScripts(html).found)
    policy = {**PAGE_POLICY, "script-src": f"{PAGE_POLICY['script-src']} {hashes}".strip()}
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())


def is_loopback(host: str) -> bool:
    """Return whether a server bound to this address can be reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def allowed_names(host: str) -> frozenset[str]:
    """Return the host names that a server bound to a loopback address answers to, as the header Host writes them.

    The name of a web site that points to 127.0.0.1 is none of them.
    """
    return LOOPBACK_NAMES | {f"[{host}]" if ":" in host else host}


class _InlineScripts(HTMLParser):
    """Collects the inline scripts of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._is_inside = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        if tag == "script" and not any(name == "src" for name, _ in attrs):
            self._is_inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.found[-1] += data


def _script_hash(script: str) -> str:
    # Browsers read line ends as \n before they hash.
    text = script.replace("\r\n", "\n").replace("\r", "\n")
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
