"""Headers on every answer, and a policy that names the front end's own script only."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib

import pytest

from matching import web
from matching.web.headers import FIXED, content_security_policy, script_hashes


def _name(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def test_scripts_in_the_page_are_named_by_their_exact_text():
    page = "<script>\n a = 1\n</script><p>b</p><script type='module'>b()</script>"
    assert script_hashes(page) == (_name("\n a = 1\n"), _name("b()"))


def test_scripts_from_files_need_no_name():
    assert script_hashes('<script type="module" crossorigin src="./x.js"></script>') == ()


def _directives() -> dict[str, list[str]]:
    parts = (part.split() for part in content_security_policy().split(";"))
    return {name: sources for name, *sources in parts}


def test_policy_lets_nothing_foreign_in():
    rules = _directives()
    assert rules["default-src"] == ["'none'"]
    assert rules["frame-ancestors"] == ["'none'"]
    assert rules["object-src"] == ["'none'"]
    assert rules["connect-src"] == ["'self'"]
    named = {source for sources in rules.values() for source in sources}
    assert not any(source.startswith(("http:", "https:", "*", "ws:")) for source in named)


def test_policy_allows_no_inline_script_but_by_hash():
    scripts = _directives()["script-src"]
    assert "'unsafe-inline'" not in scripts
    assert "'unsafe-eval'" not in scripts
    assert scripts[0] == "'self'"
    assert len(scripts) >= 2
    assert all(one.startswith("'sha256-") for one in scripts[1:])


async def _inner(scope, receive, send):
    """A front end: pages, assets and a socket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    known = scope["path"] == "/" or scope["path"].startswith("/static/")
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"public")]
    start = {"type": "http.response.start", "status": 200 if known else 404, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": b"x" * 5000})


class NoAccounts:
    """A place where nobody has an account yet."""

    def accounts_exist(self):
        return False


def _served():
    app = _inner
    for one in reversed(web.middleware(NoAccounts())):
        app = one.cls(app, *one.args, **one.kwargs)
    return app


def _call(path, encoding="gzip", kind="http"):
    """Return the headers and the body of an answer, or the messages of a socket."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b""}

    scope = {
        "type": kind,
        "method": "GET",
        "path": path,
        "client": ("127.0.0.1", 5),
        "headers": [(b"accept-encoding", encoding.encode())],
    }
    asyncio.run(_served()(scope, receive, send))
    if kind == "websocket":
        return sent
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return headers, b"".join(one.get("body", b"") for one in sent[1:])


@pytest.mark.parametrize("path", ["/", "/static/js/a.js", "/nothing"])
def test_every_answer_carries_every_header(path):
    headers, _ = _call(path)
    assert headers.items() >= FIXED.items()
    assert headers["content-security-policy"] == content_security_policy()


def test_pages_are_never_kept_by_the_browser_and_assets_are():
    assert _call("/")[0]["cache-control"] == "no-store"
    assert _call("/media/list.csv")[0]["cache-control"] == "no-store"
    assert _call("/static/js/a.js")[0]["cache-control"] == "public"


def test_sockets_pass_through():
    assert _call("/socket", kind="websocket") == [{"type": "websocket.accept"}]


@pytest.mark.parametrize(
    "path", ["/static/js/a.js", "/static/css/a.css", "/app/static/js/a.js"]
)
def test_scripts_and_styles_are_compressed(path):
    headers, body = _call(path)
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == b"x" * 5000


@pytest.mark.parametrize("path", ["/static/media/a.woff2", "/", "/media/a.js"])
def test_fonts_pages_and_downloads_are_not_compressed(path):
    headers, body = _call(path)
    assert "content-encoding" not in headers
    assert body == b"x" * 5000


def test_a_browser_that_cannot_unpack_gets_the_script_plain():
    assert "content-encoding" not in _call("/static/js/a.js", encoding="identity")[0]


def test_headers_stand_outermost():
    assert [one.cls.__name__ for one in web.middleware(NoAccounts())] == [
        "SecurityHeaders",
        "Guard",
        "PageScript",
        "CompressAssets",
    ]
