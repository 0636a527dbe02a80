"""Pages of the door as HTML: no script, nothing from elsewhere, readable by everything."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from starlette.responses import HTMLResponse

from matching.web import text

POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "img-src data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


def page(
    title: str,
    lead: str,
    body: str = "",
    *,
    error: str = "",
    status: int = 200,
    neutral: bool = False,
    go_to: str = "",
) -> HTMLResponse:
    """Return a page.

    Parameters
    ----------
    title : str
        Its heading, and the name of the tab.
    lead : str
        One sentence under it.
    body : str, default ""
        HTML made here.
    error : str, default ""
        What did not work, announced at once.
    status : int, default 200
    neutral : bool, default False
        Whether the page must not say what software this is.
    go_to : str, default ""
        Path that opens by itself.
    """
    tab = title if neutral else f"{title} - {text.PRODUCT}"
    over = "" if neutral else f'<p class="over">{escape(text.PRODUCT)}</p>'
    moved = f'<meta http-equiv="refresh" content="0;url={escape(go_to)}">' if go_to else ""
    problem = f'<p class="error" role="alert" id="error">{escape(error)}</p>' if error else ""
    below = f'<p class="lead">{escape(lead)}</p>' if lead else ""
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex">'
        f'<meta name="color-scheme" content="light dark">{moved}'
        f"<title>{escape(tab)}</title>"
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="/door/style.css">'
        f"</head><body><main>{over}<h1>{escape(title)}</h1>{below}{problem}{body}"
        "</main></body></html>"
    )
    response = HTMLResponse(html, status_code=status)
    response.headers["content-security-policy"] = POLICY
    # Without it a browser would not say from which page a form comes.
    response.headers["referrer-policy"] = "same-origin"
    return response


def form(action: str, token: str, inner: str, button: str) -> str:
    """Return a form with its token and its button."""
    return (
        f'<form method="post" action="{escape(action)}">'
        f'<input type="hidden" name="form" value="{escape(token)}">{inner}'
        f'<button type="submit">{escape(button)}</button></form>'
    )


def field(
    name: str, label: str, kind: str, autocomplete: str, *, note: str = "", first: bool = False
) -> str:
    """Return a labelled field."""
    described = f' aria-describedby="{name}-help"' if note else ""
    below = f'<p class="help" id="{name}-help">{escape(note)}</p>' if note else ""
    focus = " autofocus" if first else ""
    return (
        f'<p class="field"><label for="{name}">{escape(label)}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" autocomplete="{autocomplete}" '
        f'autocapitalize="none" spellcheck="false" maxlength="256" required{described}{focus}>'
        f"</p>{below}"
    )


def choices(name: str, legend: str, lines: Iterable[tuple[str, str]], chosen: str) -> str:
    """Return a group of which one is chosen."""
    inner = "".join(
        f'<p class="choice"><input type="radio" id="{name}-{number}" name="{name}" '
        f'value="{escape(value)}"{" checked" if value == chosen else ""}>'
        f'<label for="{name}-{number}">{escape(label)}</label></p>'
        for number, (value, label) in enumerate(lines)
    )
    return f"<fieldset><legend>{escape(legend)}</legend>{inner}</fieldset>"


def link(path: str, words: str, *, strong: bool = False) -> str:
    """Return a link to another page of ours."""
    kind = ' class="button"' if strong else ""
    return f'<p class="way"><a href="{escape(path)}"{kind}>{escape(words)}</a></p>'


def note(words: str) -> str:
    """Return a quiet sentence."""
    return f'<p class="help">{escape(words)}</p>'
