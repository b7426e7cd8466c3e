"""The frame of the hosted pages and the small pieces they are made of."""

from html import escape
from urllib.parse import urlsplit

from sandboxbank.institutions import ALL, Institution
from sandboxbank.messages import HTML, Response


def page(
    title: str, content: str, *, bank: Institution | None = None, leads_to: str = "", status: int = 200
) -> Response:
    """A whole page. `leads_to` is the address that its forms may end up at."""
    style = f'<link rel="stylesheet" href="/assets/{bank.institution_id}.css">' if bank else ""
    header = f'<p class="bank">{logo(bank)}{escape(bank.name)}</p>' if bank else ""
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} · Pretend bank</title><link rel="stylesheet" href="/assets/style.css">'
        f'{style}<link rel="icon" href="/assets/{ALL[0].institution_id}.png"></head>'
        '<body><header class="pretend">This is a pretend bank for trying things out. '
        "Do not enter real credentials.</header>"
        f'<main><div class="card">{header}{content}</div></main></body></html>'
    )
    return Response(status, text.encode(), HTML, _guards(leads_to))


def logo(bank: Institution) -> str:
    """The bank's logo; its name stands beside it, so it says nothing by itself."""
    return f'<img src="/assets/{bank.institution_id}.png" width="40" height="40" alt="">'


def problem(message: str) -> str:
    """A message that is read out at once, or nothing."""
    return f'<p class="error" role="alert" id="problem">{escape(message)}</p>' if message else ""


def ways(address: str, *, back: bool) -> str:
    """The buttons at the foot: back and cancel."""
    names = [("back", "Back")] * back + [("cancel", "Cancel and return")]
    forms = (f'<form method="post" action="{address}/{name}"><button>{label}</button></form>' for name, label in names)
    return f'<div class="ways">{"".join(forms)}</div>'


def _guards(leads_to: str) -> tuple[tuple[str, str], ...]:
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {_origin(leads_to)}"
    )
    return (
        ("Content-Security-Policy", policy.strip()),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    )


def _origin(address: str) -> str:
    """The origin of an address as a policy names it; just the scheme for an app's own scheme."""
    parts = urlsplit(address)
    if not parts.scheme or any(sign in address for sign in " ;,\r\n"):
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else f"{parts.scheme}:"
