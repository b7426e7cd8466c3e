"""A client for the control API, and a browser without a screen for the hosted pages. For tests; stdlib only."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from sandboxbank.encoding import encode
from sandboxbank.options import CLIENT_ID, CLIENT_SECRET, CONTROL_SECRET

Json = dict[str, Any]
SECONDS = 60


class ControlFailed(Exception):
    """The bank answered with an error; its JSON is in `answer`."""

    def __init__(self, status: int, answer: Json) -> None:
        super().__init__(f"{status}: {answer}")
        self.status, self.answer = status, answer


@dataclass(frozen=True, slots=True)
class Linked:
    """An item as a client gets it."""

    item_id: str
    access_token: str


class Control:
    """What a test may do to a running bank. Every method raises ControlFailed when the bank refuses."""

    def __init__(self, url: str, secret: str = CONTROL_SECRET) -> None:
        self.url, self._secret = url.rstrip("/"), secret

    def api(self, path: str, body: Mapping[str, object]) -> Json:
        """A call of the protocol itself, with the bank's fixed credentials."""
        return self._send("POST", path, body, {"PLAID-CLIENT-ID": CLIENT_ID, "PLAID-SECRET": CLIENT_SECRET})

    def link(
        self,
        *,
        username: str = "user_good",
        password: str = "pass_good",  # noqa: S107  (the pretend bank's published password)
        institution_id: str = "ins_109508",
        products: Sequence[str] = ("transactions",),
        webhook: str = "",
        days_requested: int | None = None,
    ) -> Linked:
        """An item without any page."""
        public = self.public_token(
            username=username, password=password, institution_id=institution_id, products=products, webhook=webhook,
            days_requested=days_requested,
        )  # fmt: skip
        item = self.api("/item/public_token/exchange", {"public_token": public})
        return Linked(item["item_id"], item["access_token"])

    def public_token(
        self,
        *,
        username: str = "user_good",
        password: str = "pass_good",  # noqa: S107  (likewise)
        institution_id: str = "ins_109508",
        products: Sequence[str] = ("transactions",),
        webhook: str = "",
        days_requested: int | None = None,
    ) -> str:
        """A public token to exchange."""
        options: Json = {"override_username": username, "override_password": password}
        if webhook:
            options["webhook"] = webhook
        if days_requested:
            options["transactions"] = {"days_requested": days_requested}
        body = {"institution_id": institution_id, "initial_products": list(products), "options": options}
        return str(self.api("/sandbox/public_token/create", body)["public_token"])

    def today(self) -> date:
        """The bank's day."""
        return date.fromisoformat(self._get("/control/clock")["today"])

    def advance(self, days: int = 1) -> date:
        """Let days go by: pendings post, new movements appear, webhooks fire; the new day."""
        return date.fromisoformat(self._post("/control/clock/advance", {"days": days})["today"])

    def fault(
        self,
        kind: str,
        *,
        endpoint: str = "*",
        item_id: str | None = None,
        count: int | None = 1,
        probability: float | None = None,
        code: str | None = None,
        seconds: float | None = None,
        field: str | None = None,
        rows: int | None = None,
        days: int | None = None,
        code_sent: str | None = None,
    ) -> int:
        """Plan a fault, see the README for the kinds and which details they take. Its number."""
        chance = None if probability is None else Decimal(str(probability))
        pause = None if seconds is None else Decimal(str(seconds))
        details: Json = {"item_id": item_id, "probability": chance, "code": code, "seconds": pause, "field": field}
        details |= {"rows": rows, "days": days, "code_sent": code_sent}
        plan: Json = {"kind": kind, "endpoint": endpoint, "count": None if probability is not None else count}
        plan |= {name: detail for name, detail in details.items() if detail is not None}
        return int(self._post("/control/faults", plan)["id"])

    def faults(self) -> list[Json]:
        """The plan and what is left of it."""
        return list(self._get("/control/faults")["faults"])

    def clear_faults(self) -> None:
        """Let nothing go wrong any more."""
        self._post("/control/faults/clear", {})

    def items(self) -> list[Json]:
        """Every item ever opened, access tokens included."""
        return list(self._get("/control/items")["items"])

    def ledger(self, item_id: str) -> Json:
        """The bank's truth: `accounts` (balances, starting_balance, moved, pending) and `transactions`."""
        return self._get(f"/control/ledger?item_id={item_id}")

    def transactions(
        self,
        item_id: str,
        *,
        add: Sequence[Mapping[str, object]] = (),
        modify: Sequence[Mapping[str, object]] = (),
        remove: Sequence[str] = (),
        quiet: bool = False,
        past: bool = False,
    ) -> list[str]:
        """Change an item's rows behind the client's back; the ids of the added ones.

        With `past` the added ones are history that comes late: today's balance stays as it is.
        """
        body = {"item_id": item_id, "add": add, "modify": modify, "remove": remove, "quiet": quiet, "past": past}
        return list(self._post("/control/transactions", body)["added"])

    def post_pending(self, item_id: str = "") -> int:
        """Book everything pending, of one item or of all; how many rows."""
        return int(self._post("/control/post_pending", {"item_id": item_id})["posted"])

    def fail_item(self, item_id: str, code: str = "ITEM_LOGIN_REQUIRED") -> None:
        """Put an item into an error."""
        self._post("/control/items/error", {"item_id": item_id, "code": code})

    def repair_item(self, item_id: str) -> None:
        """Take an item's error away."""
        self._post("/control/items/error", {"item_id": item_id})

    def close_account(self, account_id: str) -> None:
        """Close an account: it drops out."""
        self._post("/control/accounts/close", {"account_id": account_id})

    def renumber_account(self, account_id: str) -> str:
        """Give an account a new id; its rows are removed and added anew."""
        return str(self._post("/control/accounts/renumber", {"account_id": account_id})["account_id"])

    def webhooks(self, item_id: str = "") -> list[Json]:
        """Every webhook queued so far, with its state: waiting, delivered, dropped, given up."""
        return list(self._get(f"/control/webhooks?item_id={item_id}")["webhooks"])

    def flush_webhooks(self) -> int:
        """Deliver what waits, now; how many arrived."""
        return int(self._post("/control/webhooks/flush", {})["delivered"])

    def send_webhook(
        self, item_id: str, webhook_type: str, webhook_code: str, *, error: str = "", extra: Mapping[str, object] = {}
    ) -> bool:  # fmt: skip
        """Queue any webhook of an item."""
        body = {"item_id": item_id, "webhook_type": webhook_type, "webhook_code": webhook_code, "error": error}
        return bool(self._post("/control/webhooks/send", body | {"extra": extra})["sent"])

    def rotate_key(self) -> str:
        """Retire the signing key; the new one's id."""
        return str(self._post("/control/keys/rotate", {})["key_id"])

    def reset(self) -> None:
        """Forget everything."""
        self._post("/control/reset", {})

    def _get(self, path: str) -> Json:
        return self._send("GET", path, None, {"X-Control-Secret": self._secret})

    def _post(self, path: str, body: Mapping[str, object]) -> Json:
        return self._send("POST", path, body, {"X-Control-Secret": self._secret})

    def _send(self, method: str, path: str, body: Mapping[str, object] | None, headers: Mapping[str, str]) -> Json:
        content = None if body is None else encode(body).encode()
        request = Request(  # noqa: S310  (the bank's own address)
            self.url + path, content, {"Content-Type": "application/json", **headers}, method=method
        )
        try:
            with urlopen(request, timeout=SECONDS) as response:  # noqa: S310  (likewise)
                return dict(json.loads(response.read(), parse_float=Decimal))
        except HTTPError as error:
            raise ControlFailed(error.code, json.loads(error.read() or b"{}")) from error
