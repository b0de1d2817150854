"""What browsers are told to refuse on our pages, and the names under which the server may be called."""

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
"""Headers of every response, refusals included."""

NOTHING_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The content security policy of everything but the page: nothing that it holds may run or load anything."""

PAGE_POLICY: dict[str, str] = {
    "default-src": "'none'",
    # Gradio's HTML component builds its templates and our `js_on_load` with `new Function`, hence 'unsafe-eval'.
    # Inline scripts run only if the server wrote them: the header names the hash of each.
    "script-src": "'self' 'unsafe-eval'",
    "script-src-attr": "'none'",
    # Gradio puts style elements and style attributes into the page while it runs, so no hash can name them.
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
    """The content security policy of a page: of inline scripts, only those in `html` as it leaves the server run."""
    hashes = " ".join(f"'{_script_hash(script)}'" for script in _InlineScripts(html).found)
    policy = {**PAGE_POLICY, "script-src": f"{PAGE_POLICY['script-src']} {hashes}".strip()}
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())


def is_loopback(host: str) -> bool:
    """Whether a server bound to this address can be reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def allowed_names(host: str) -> frozenset[str]:
    """Names under which a server bound to a loopback address may be called, as they are in the header Host.

    A web site that points its own name at 127.0.0.1 is none of them.
    """
    return LOOPBACK_NAMES | {f"[{host}]" if ":" in host else host}


class _InlineScripts(HTMLParser):
    """Collects the texts of the scripts that a page holds itself."""

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
    # Browsers hash what is left once line ends are read as \n.
    text = script.replace("\r\n", "\n").replace("\r", "\n")
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
