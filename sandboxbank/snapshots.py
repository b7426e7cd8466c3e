"""The JSON of one transaction, written once when it enters the journal; pages only splice it.

Its last field is `original_description`, null but for those who ask.
"""

from functools import lru_cache
from typing import NamedTuple

from sandboxbank.encoding import encode, money, quote
from sandboxbank.movements import Movement, Party, primary

PLAIN = ',"original_description":null}'
NO_META = (
    '{"by_order_of":null,"payee":null,"payer":null,"payment_method":null,"payment_processor":null,"ppd_id":null,'
    '"reason":null,"reference_number":null}'
)
NO_PLACE = (
    '{"address":null,"city":null,"country":null,"lat":null,"lon":null,"postal_code":null,"region":null,'
    '"store_number":null}'
)
ICONS = "https://plaid-category-icons.plaid.com/PFC_"


class Face(NamedTuple):
    """What a movement looks like on one account in one of its two states."""

    account_id: str
    transaction_id: str
    replaces: str | None
    cents: int
    day: str
    pending: bool
    currency: str
    unofficial: bool


def write(movement: Movement, face: Face) -> str:
    """The snapshot of `movement` as `face` shows it."""
    code = f'"{face.currency}"'
    iso, other = ("null", code) if face.unofficial else (code, "null")
    replaces = f'"{face.replaces}"' if face.replaces else "null"
    kind = "place" if movement.channel == "in store" else "digital" if movement.channel == "online" else "special"
    moment = f'"{movement.at}"' if movement.at else "null"
    return (
        f'{{"account_id":"{face.account_id}","account_owner":null,"amount":{money(face.cents)},'
        f'"authorized_date":"{movement.day}","authorized_datetime":{moment},"category":null,"category_id":null,'
        f'"check_number":{quoted(movement.check_number)},{_party(movement.party, movement.confidence)},'
        f'"date":"{face.day}","datetime":{moment},"iso_currency_code":{iso},"location":{_place(movement)},'
        f'"name":{quote(movement.name or movement.description)},"payment_channel":"{movement.channel}",'
        f'"payment_meta":{_meta(movement.reference)},"pending":{"true" if face.pending else "false"},'
        f'"pending_transaction_id":{replaces},{_category(movement.category, movement.confidence)},'
        f'"transaction_code":{quoted(movement.code)},"transaction_id":"{face.transaction_id}",'
        f'"transaction_type":"{kind}","unofficial_currency_code":{other}{PLAIN}'
    )


def with_original(snapshot: str, original: str) -> str:
    """The snapshot with the bank's own description in it."""
    return f'{snapshot[: -len(PLAIN)]},"original_description":{quote(original)}}}'


def edited(row: dict[str, object]) -> str:
    """The snapshot of a transaction that was changed by hand."""
    rest = {key: value for key, value in row.items() if key != "original_description"}
    return encode(rest)[:-1] + PLAIN


@lru_cache(maxsize=4096)
def quoted(text: str) -> str:
    """The JSON string, or null when empty."""
    return encode(text or None)


@lru_cache(maxsize=4096)
def _party(party: Party | None, confidence: str) -> str:
    if party is None:
        return '"counterparties":[],"logo_url":null,"merchant_entity_id":null,"merchant_name":null,"website":null'
    entity, website = quoted(party.entity_id), quoted(party.website)
    merchant = encode(party.name) if party.kind == "merchant" else "null"
    return (
        f'"counterparties":[{{"name":{encode(party.name)},"entity_id":{entity},"type":"{party.kind}",'
        f'"website":{website},"logo_url":null,"confidence_level":"{confidence}"}}],"logo_url":null,'
        f'"merchant_entity_id":{entity if merchant != "null" else "null"},"merchant_name":{merchant},'
        f'"website":{website}'
    )


@lru_cache(maxsize=1024)
def _category(detailed: str, confidence: str) -> str:
    if not detailed:
        return f'"personal_finance_category":null,"personal_finance_category_icon_url":"{ICONS}OTHER.png"'
    main = primary(detailed)
    return (
        f'"personal_finance_category":{{"primary":"{main}","detailed":"{detailed}","confidence_level":"{confidence}",'
        f'"version":"v2"}},"personal_finance_category_icon_url":"{ICONS}{main}.png"'
    )


def _place(movement: Movement) -> str:
    if not (movement.store or movement.city):
        return NO_PLACE
    return (
        f'{{"address":null,"city":{quoted(movement.city)},"country":{quoted(movement.country)},"lat":null,"lon":null,'
        f'"postal_code":null,"region":{quoted(movement.region)},"store_number":{quoted(movement.store)}}}'
    )


def _meta(reference: str) -> str:
    return NO_META if not reference else NO_META.replace('"reference_number":null', f'"reference_number":"{reference}"')
