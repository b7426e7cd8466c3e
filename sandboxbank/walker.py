"""Walks the hosted pages as a person with a browser would, by HTTP alone. For tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import urlencode, urljoin, urlsplit

SECONDS = 30


@dataclass(slots=True)
class Form:
    """One form of a page: where it goes, and the fields that it would send untouched."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """A page as it arrived. `left` is the address outside the bank that it redirected to, if it did."""

    url: str
    status: int
    text: str
    forms: list[Form]
    left: str = ""

    def form(self, ending: str) -> Form:
        """The form whose address ends so; LookupError when there is none."""
        for form in self.forms:
            if form.action.endswith(ending):
                return form
        raise LookupError(f"no form to {ending} on {self.url}")


class Walker:
    """Opens pages, sends forms, follows redirects inside the bank."""

    def __init__(self, hosted_link_url: str) -> None:
        self._start = hosted_link_url

    def link(
        self,
        *,
        username: str = "user_good",
        password: str = "pass_good",  # noqa: S107  (the pretend bank's published password)
        institution_id: str = "ins_109508",
        code: str = "1234",
        accounts: Sequence[str] | None = None,
    ) -> Page:
        """All steps to the end; `accounts` are keys to share (None: as offered). The last page."""
        page = self.open()
        if any(form.action.endswith("/choose") for form in page.forms):
            page = self.send(page, "/choose", {"institution_id": institution_id})
        page = self.send(page, "/login", {"username": username, "password": password})
        if any(form.action.endswith("/code") for form in page.forms):
            page = self.send(page, "/code", {"code": code})
        if any(form.action.endswith("/accounts") for form in page.forms):
            page = self.send(page, "/accounts", {} if accounts is None else {"account": list(accounts)})
        return self.send(page, "/consent", {})

    def cancel(self) -> Page:
        """Turn back at once."""
        return self.send(self.open(), "/cancel", {})

    def open(self, search: str = "") -> Page:
        """The session's page."""
        return self._fetch("GET", self._start + (f"?{urlencode({'q': search})}" if search else ""), None)

    def send(self, page: Page, ending: str, answers: dict[str, str | list[str]]) -> Page:
        """Fill in a form and send it; fields that are not answered go as they stood."""
        form = page.form(ending)
        fields = [(name, value) for name, value in form.fields if name not in answers]
        for name, value in answers.items():
            fields += [(name, each) for each in ([value] if isinstance(value, str) else value)]
        return self._fetch("POST", urljoin(page.url, form.action), urlencode(fields))

    def _fetch(self, method: str, url: str, body: str | None) -> Page:
        parts = urlsplit(url)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)
        try:
            headers = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
            connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
            response = connection.getresponse()
            text, target = response.read().decode(), response.getheader("Location")
        finally:
            connection.close()
        if target is None:
            reader = _Reader()
            reader.feed(text)
            return Page(url, response.status, text, reader.forms)
        onward = urljoin(url, target)
        if urlsplit(onward).netloc != parts.netloc or not urlsplit(onward).path.startswith("/link/s/"):
            return Page(url, response.status, text, [], left=onward)
        return self._fetch("GET", onward, None)


class _Reader(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms, their fields as a browser would send them, and their named buttons."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        elif not self.forms or "name" not in given:
            return
        elif tag == "button":
            self.forms[-1].buttons.append((given["name"], given.get("value", "")))
        elif tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.forms[-1].fields.append((given["name"], given.get("value", "")))
