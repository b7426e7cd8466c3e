"""Who can sign in at the pretend institutions, and whose life that is."""

import re
import sqlite3
from dataclasses import dataclass
from functools import lru_cache

from sandboxbank.bulk import BulkLife
from sandboxbank.custom import CustomLife, read
from sandboxbank.errors import PlaidError
from sandboxbank.lives import Life
from sandboxbank.persona_life import PersonaLife
from sandboxbank.personas import PERSONAS

DEFAULT, PASSWORD, CODE = "user_good", "pass_good", "1234"
CUSTOM, DYNAMIC = "user_custom", "user_transactions_dynamic"
BULK = re.compile(r"user_bulk_([1-9]\d{0,6})")


@dataclass(frozen=True, slots=True)
class Login:
    """Credentials that were accepted. `error` is the state in which the item shall begin."""

    institution_id: str
    username: str
    custom: str | None = None
    error: str = ""
    guarded: bool = False

    @property
    def asks_code(self) -> bool:
        """Does this login need a second step?"""
        return self.guarded or self.username in PERSONAS and PERSONAS[self.username].asks_code


def authenticate(institution_id: str, username: str, password: str) -> Login:
    """Accept a login; raises PlaidError. The password `error_<CODE>` raises that very error."""
    if username == CUSTOM:
        return _custom(institution_id, password)
    if password.startswith("error_"):
        raise PlaidError(password.removeprefix("error_"))
    if password != PASSWORD or not (username in PERSONAS or BULK.fullmatch(username)):
        raise PlaidError("INVALID_CREDENTIALS")
    return Login(institution_id, username)


def life(login: Login, *, seed: int, history_days: int) -> Life:
    """The life behind a login."""
    return _life(login.institution_id, login.username, login.custom, seed, history_days)


def life_of(item: sqlite3.Row, *, seed: int, history_days: int) -> Life:
    """The life behind an item."""
    return _life(item["institution_id"], item["username"], item["custom"], seed, history_days)


@lru_cache(maxsize=64)
def _life(institution_id: str, username: str, custom: str | None, seed: int, history_days: int) -> Life:
    if custom is not None:
        return CustomLife(read(custom))
    if bulk := BULK.fullmatch(username):
        return BulkLife(int(bulk[1]), seed=seed)
    return PersonaLife(PERSONAS[username], institution_id=institution_id, seed=seed, history_days=history_days)


def _custom(institution_id: str, password: str) -> Login:
    try:
        given = read(password)
        guarded = str((given.get("mfa") or {}).get("type") or "none") != "none"
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PlaidError("INVALID_CREDENTIALS", f"the custom user is not usable: {error}") from error
    return Login(institution_id, CUSTOM, password, error=str(given.get("force_error") or ""), guarded=guarded)
