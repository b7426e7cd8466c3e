"""The pretend institutions. None of them exists."""

from dataclasses import dataclass

from sandboxbank.errors import PlaidError
from sandboxbank.logos import base64_png

EVERYTHING = ("auth", "balance", "identity", "investments", "liabilities", "recurring_transactions", "transactions")
PLAIN = ("auth", "balance", "identity", "liabilities", "recurring_transactions", "transactions")


@dataclass(frozen=True, slots=True)
class Institution:
    """A bank to choose from. `oauth` ones send the user to pages of their own."""

    institution_id: str
    name: str
    colour: str
    sign: str
    countries: tuple[str, ...] = ("US",)
    products: tuple[str, ...] = EVERYTHING
    oauth: bool = False
    city: str = "Portland"
    region: str = "OR"

    @property
    def url(self) -> str:
        return f"https://{self.institution_id.replace('_', '-')}.bank.example"


ALL = (
    Institution("ins_109508", "Juniper Street Bank", "#1f6f54", "roof"),
    Institution("ins_109509", "Harborline Credit Union", "#14507a", "wave", city="Tacoma", region="WA"),
    Institution("ins_109510", "Copper & Finch", "#8a4b22", "diamond", oauth=True, city="Denver", region="CO"),
    Institution("ins_109511", "Northlight Brokerage", "#3c3489", "steps", city="Chicago", region="IL"),
    Institution("ins_109512", "Quill Campus Bank", "#a3243b", "disc", products=PLAIN, city="Austin", region="TX"),
    Institution(
        "ins_109513", "Lindenhof Direkt", "#0b6e6e", "bars", countries=("DE", "FR", "NL", "AT", "IE", "ES", "US"),
        products=PLAIN, oauth=True, city="Berlin", region="BE",
    ),
    Institution(
        "ins_109514", "Thistle & Rowe", "#5b2a66", "ring", countries=("GB", "US"), products=PLAIN, city="Leeds",
        region="ENG",
    ),
)  # fmt: skip
BY_ID = {institution.institution_id: institution for institution in ALL}


def named(institution_id: str) -> Institution:
    """The institution; raises PlaidError."""
    if institution_id not in BY_ID:
        raise PlaidError("INVALID_INSTITUTION")
    return BY_ID[institution_id]


def found(*, countries: list[str], search: str = "") -> list[Institution]:
    """Those that serve one of the countries (none named: all) and have the words in their name."""
    return [
        institution
        for institution in ALL
        if (not countries or set(countries) & set(institution.countries))
        and search.strip().casefold() in institution.name.casefold()
    ]


def describe(institution: Institution, *, metadata: bool, status: bool) -> dict[str, object]:
    """The institution as the protocol shows it; logo and colour only with `metadata`."""
    shown: dict[str, object] = {
        "connection_availability": "SUPPORTED",
        "country_codes": list(institution.countries),
        "dtc_numbers": [],
        "institution_id": institution.institution_id,
        "name": institution.name,
        "oauth": institution.oauth,
        "products": list(institution.products),
        "routing_numbers": [],
    }
    if metadata:
        logo = base64_png(institution.colour, institution.sign)
        shown |= {"logo": logo, "primary_color": institution.colour, "url": institution.url}
    if status:
        shown["status"] = {"health_incidents": []}
    return shown
