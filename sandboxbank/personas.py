"""The people who bank here. All made up.

`balance` of an account is the one at the beginning of the history; a card's comes on top of what it carries anyway.
"""

from dataclasses import dataclass

from sandboxbank.habits import Habit, Level, Monthly, Move, Often, PayCard, Paycheck, Yearly
from sandboxbank.lives import AccountPlan
from sandboxbank.merchants import Place

GROCERS = ("wholefoods", "traderjoes", "safeway", "kroger", "costco")
CHEAP_GROCERS = ("aldi", "walmart", "safeway")
COFFEE = ("starbucks", "dunkin", "bluebottle", "corner_cafe")
FAST = ("chipotle", "mcdonalds", "subway", "panera", "doordash", "ubereats")
TABLES = ("olivegarden", "cheesecake", "thai")
FUEL = ("shell", "chevron", "exxon")
SHOPS = ("amazon", "amazon", "amazon", "target", "walmart", "bestbuy", "oldnavy", "ebay")
RIDES = ("uber", "lyft", "parking", "transit")
HEALTH = ("cvs", "walgreens", "doctor", "dentist")
HOME = ("homedepot", "ikea", "petco", "barnes", "supercuts")
FUN = ("amc", "steam", "ticketmaster", "totalwine")


@dataclass(frozen=True, slots=True)
class Persona:
    """One user name, a short portrait for the sign-in page, accounts and habits."""

    username: str
    portrait: str
    home: str
    place: Place
    accounts: tuple[AccountPlan, ...]
    habits: tuple[Habit, ...]
    asks_code: bool = False
    oddness: float = 0.01
    card: str = "JUNIPER CARD"


def _checking(balance: int, name: str = "Everyday Checking") -> AccountPlan:
    return AccountPlan("checking", name, f"{name} Account", "depository", "checking", balance)


def _savings(balance: int, name: str = "Rainy Day Savings") -> AccountPlan:
    return AccountPlan("savings", name, "High Yield Savings Account", "depository", "savings", balance)


def _card(owed: int, limit: int, key: str = "card", name: str = "Cash Rewards Card") -> AccountPlan:
    return AccountPlan(key, name, f"{name} Visa Signature", "credit", "credit card", owed, limit=limit)


SALARIED = Persona(
    "user_good", "Maya, salaried: checking, savings, credit card", "ins_109508", Place("Portland", "OR"),
    (_checking(702_033), _savings(850_000), _card(0, 800_000)),
    (
        Paycheck("checking", "salary_brightwater", 222_876, rise=3_100),
        Monthly("checking", "rent", 1, 165_000, rise=2_500), Monthly("checking", "electric", 12, 8_800, spread=35),
        Monthly("checking", "water", 20, 4_610, spread=10), Monthly("checking", "comcast", 9, 6_499, rise=300),
        Monthly("card", "verizon", 17, 7_253), Monthly("card", "netflix", 5, 899, rise=120),
        Monthly("card", "spotify", 8, 999, rise=50), Monthly("card", "icloud", 14, 299),
        Monthly("card", "planetfitness", 17, 2_499), Monthly("checking", "geico", 22, 9_840, rise=400),
        Often("card", GROCERS, 2.1, 1_900, 11_800), Often("card", COFFEE, 3.4, 395, 895),
        Often("card", FAST, 1.8, 890, 2_650), Often("card", TABLES, 0.7, 2_800, 9_400, "tip"),
        Often("card", FUEL, 0.8, 2_900, 5_800, "fuel"), Often("card", SHOPS, 1.5, 900, 12_000),
        Often("card", RIDES, 0.9, 300, 3_200), Often("card", HEALTH, 0.4, 900, 8_500),
        Often("card", HOME, 0.4, 1_500, 13_000), Often("card", FUN, 0.5, 1_200, 6_800),
        Often("checking", ("atm",), 0.25, 4_000, 12_000), Often("checking", ("venmo_out",), 0.4, 800, 6_000),
        Often("card", ("paris", "tokyo"), 0.05, 1_800, 9_500),
        Yearly("checking", "irs_refund", 3, 18, -112_600), Yearly("card", "delta", 6, 2, 48_620),
        Yearly("card", "airbnb", 6, 4, 71_433), Yearly("card", "leap", 2, 29, 2_929),
        Move("checking", "savings", 3, 40_000), Monthly("savings", "interest", 31, -2_417, spread=8),
        PayCard("card", "checking", 24), Level("checking", "savings", 26),
    ),
    oddness=0.006,
)  # fmt: skip

FREELANCE = Persona(
    "user_freelance", "Theo, freelance designer: business checking, business card, personal checking", "ins_109510",
    Place("Denver", "CO", zone="America/Denver", transit="RTD TICKETS", landlord="MILE HIGH LOFTS LLC"),
    (
        AccountPlan("business", "Studio Checking", "Business Complete Checking", "depository", "checking", 1_480_000,
                    holder="business"),
        AccountPlan("tax", "Tax Reserve", "Business Savings Account", "depository", "savings", 620_000,
                    holder="business"),
        _checking(761_500, "Personal Checking"),
        AccountPlan("card", "Studio Card", "Business Ink Mastercard", "credit", "credit card", 0, limit=1_500_000,
                    holder="business"),
    ),
    (
        Paycheck("business", "client_a", 268_000, every=17, spread=45), Paycheck("business", "client_b", 71_000,
                 every=6, spread=70),
        Move("business", "checking", 2, 430_000, "move_out", "move_in"),
        Level("business", "checking", 9, "move_out", "move_in"), Move("business", "tax", 16, 150_000),
        Yearly("tax", "irs", 1, 15, 348_000), Yearly("tax", "irs", 4, 15, 412_000),
        Yearly("tax", "irs", 6, 15, 405_000), Yearly("tax", "irs", 9, 15, 396_000),
        Yearly("business", "accountant", 3, 28, 86_000), Monthly("card", "adobe", 6, 5_499, rise=150),
        Monthly("card", "google_workspace", 2, 1_440),
        Monthly("card", "github", 19, 400), Monthly("card", "tmobile", 21, 7_000),
        Often("card", ("staples", "usps", "amazon", "apple_store"), 1.1, 900, 21_000),
        Often("card", ("delta", "hilton", "hertz", "uber"), 0.25, 6_500, 52_000),
        Often("card", TABLES, 0.6, 3_100, 12_000, "tip"), Monthly("checking", "rent", 1, 247_500),
        Monthly("checking", "xcel", 14, 9_900, spread=30), Often("checking", GROCERS, 1.9, 1_700, 9_900),
        Often("checking", COFFEE, 3.0, 420, 980), Often("checking", FUEL, 0.6, 3_000, 6_100, "fuel"),
        Often("checking", HEALTH, 0.3, 1_200, 9_000), Often("checking", ("check",), 0.1, 8_000, 45_000),
        Often("checking", FUN, 0.5, 1_500, 7_700), Monthly("tax", "interest", 31, -612, spread=10),
        Monthly("business", "monthly_fee", 30, 1_500), PayCard("card", "business", 26),
        Level("checking", "", 18, "vanguard", lent="vanguard_sell"),
    ),
    card="COPPER FINCH INK",
)  # fmt: skip

HOUSEHOLD = Persona(
    "user_household", "Priya and Sam, a couple: joint checking, savings, two cards, mortgage", "ins_109509",
    Place("Tacoma", "WA", transit="ORCA E-PURSE"),
    (
        _checking(960_000, "Joint Checking"), _savings(2_140_000, "House Fund"),
        _card(0, 1_800_000, name="Family Card"), _card(0, 600_000, "card2", "Sam's Card"),
        AccountPlan("mortgage", "Home Loan", "30 Year Fixed Mortgage", "loan", "mortgage", 31_245_000),
    ),
    (
        Paycheck("checking", "salary_school", 201_410, rise=2_000), Paycheck("checking", "salary_clinic", 224_905,
                 rise=2_600),
        Move("checking", "mortgage", 1, 214_633, "mortgage", "loan_payment_in"),
        Monthly("mortgage", "loan_interest", 1, 151_200), Monthly("checking", "childcare", 4, 118_000, rise=1_500),
        Monthly("checking", "tacomapower", 15, 16_100, spread=35), Monthly("checking", "water", 18, 9_240, spread=12),
        Monthly("checking", "comcast", 11, 8_999), Monthly("card", "verizon", 13, 14_120),
        Monthly("card", "netflix", 7, 1_149, rise=120), Monthly("card", "disneyplus", 21, 799, rise=100),
        Monthly("card", "hulu", 21, 799), Monthly("checking", "geico", 19, 18_410),
        Often("card", GROCERS, 3.2, 2_900, 21_000), Often("card", SHOPS, 2.2, 1_200, 14_000),
        Often("card2", COFFEE, 4.0, 410, 1_050), Often("card2", FAST, 2.0, 1_100, 4_100),
        Often("card", TABLES, 0.8, 4_200, 14_800, "tip"), Often("card2", FUEL, 1.5, 3_200, 7_400, "fuel"),
        Often("card", HEALTH, 0.8, 1_000, 14_500), Often("card", HOME, 0.9, 1_800, 24_000),
        Often("card2", FUN, 0.6, 1_800, 9_500), Often("checking", ("check",), 0.2, 2_500, 19_000),
        Often("checking", ("atm",), 0.3, 6_000, 20_000), Yearly("checking", "irs_refund", 4, 2, -284_500),
        Yearly("card", "delta", 7, 8, 164_800), Yearly("checking", "redcross", 12, 3, 25_000),
        Yearly("checking", "dmv", 9, 9, 14_375), Move("checking", "savings", 6, 60_000),
        Monthly("savings", "interest", 31, -6_233, spread=6), PayCard("card", "checking", 25),
        PayCard("card2", "checking", 25), Level("checking", "savings", 27),
    ),
    asks_code=True, card="HARBORLINE VISA",
)  # fmt: skip

STUDENT = Persona(
    "user_student", "Jo, student: checking that runs low, a small card, a student loan", "ins_109512",
    Place("Austin", "TX", zone="America/Chicago", transit="CAPMETRO FARE", landlord="WEST CAMPUS RENTALS"),
    (
        _checking(188_000, "Campus Checking"), _card(9_000, 100_000, name="First Card"),
        AccountPlan("loan", "Student Loan", "Direct Subsidized Loan", "loan", "student", 1_865_000),
    ),
    (
        Paycheck("checking", "gig", 31_200, every=7, spread=35), Monthly("checking", "zelle_in", 1, -42_000),
        Monthly("checking", "rent", 3, 72_500, rise=1_000), Monthly("checking", "tmobile", 16, 3_500),
        Monthly("card", "spotify", 12, 599), Monthly("card", "netflix", 22, 699, rise=100),
        Often("checking", CHEAP_GROCERS, 1.8, 900, 5_200), Often("card", COFFEE, 2.6, 350, 690),
        Often("checking", FAST, 2.8, 650, 1_800), Often("checking", RIDES, 1.2, 200, 1_900),
        Often("card", ("amazon", "barnes", "steam", "oldnavy"), 0.7, 700, 5_900),
        Often("checking", ("venmo_out",), 1.0, 500, 3_500), Often("checking", ("venmo_in",), 0.9, 500, 4_200),
        Often("checking", ("atm",), 0.4, 2_000, 4_000), Often("checking", ("overdraft",), 0.06, 3_400, 3_401),
        Yearly("checking", "tuition", 1, 12, 64_000), Yearly("checking", "tuition", 8, 20, 64_000),
        Move("checking", "loan", 20, 9_500, "student_loan", "loan_payment_in"),
        Monthly("loan", "loan_interest", 28, 7_930), Yearly("card", "interest_charge", 10, 27, 611),
        PayCard("card", "checking", 23), Level("checking", "loan", 25, "student_loan", "loan_payment_in", "zelle_in"),
    ),
    oddness=0.03, card="QUILL FIRST CARD",
)  # fmt: skip

INVESTOR = Persona(
    "user_investor", "Ruth, investor: checking, brokerage, retirement account, card, a crypto wallet", "ins_109511",
    Place("Chicago", "IL", zone="America/Chicago", transit="CTA VENTRA", landlord="LAKEVIEW RESIDENCES"),
    (
        _checking(1_965_000, "Prime Checking"), _card(0, 2_500_000, name="Sapphire Travel Card"),
        AccountPlan("brokerage", "Brokerage", "Individual Brokerage Account", "investment", "brokerage", 1_242_618),
        AccountPlan("ira", "Roth IRA", "Roth Individual Retirement Account", "investment", "roth", 88_045),
        AccountPlan("wallet", "Tether Wallet", "Digital Dollar Wallet", "depository", "checking", 254_000,
                    currency="USDT", unofficial=True),
    ),
    (
        Paycheck("checking", "salary_fund", 418_250, rise=6_000), Monthly("checking", "rent", 1, 268_000),
        Monthly("checking", "vanguard", 5, 150_000), Monthly("checking", "comed", 13, 10_400, spread=30),
        Monthly("card", "comcast", 10, 7_999), Monthly("card", "verizon", 15, 8_900),
        Monthly("card", "netflix", 3, 1_549, rise=100), Monthly("checking", "interest", 31, -4_310, spread=10),
        Often("card", GROCERS, 2.0, 2_200, 13_500), Often("card", COFFEE, 3.3, 450, 1_100),
        Often("card", TABLES, 1.6, 4_500, 18_500, "tip"), Often("card", SHOPS + ("nordstrom", "apple_store"), 1.5,
              1_500, 24_000),
        Often("card", RIDES, 2.4, 900, 5_200), Often("card", ("delta", "hilton", "airbnb"), 0.3, 14_000, 78_000),
        Often("card", ("paris", "tokyo"), 0.25, 2_400, 16_000), Often("card", FUN, 0.7, 2_000, 12_000),
        Often("checking", ("coinbase",), 0.15, 5_000, 25_000), Often("wallet", ("steam", "ebay"), 0.3, 500, 4_000),
        Yearly("checking", "irs", 4, 14, 186_300), PayCard("card", "checking", 22),
        Level("checking", "", 24, "vanguard", lent="vanguard_sell"), Monthly("wallet", "coinbase_in", 12, -4_000),
    ),
    card="NORTHLIGHT TRAVEL",
)  # fmt: skip

EUROPEAN = Persona(
    "user_europe", "Lena, lives in Berlin: accounts in euro and in pounds", "ins_109513",
    Place("Berlin", "BE", "DE", "Europe/Berlin", "BVG APP"),
    (
        AccountPlan("checking", "Girokonto", "Girokonto Plus", "depository", "checking", 485_000, currency="EUR"),
        AccountPlan("savings", "Tagesgeld", "Tagesgeldkonto", "depository", "savings", 940_000, currency="EUR"),
        AccountPlan("card", "Kreditkarte", "Mastercard Gold", "credit", "credit card", 0, currency="EUR",
                    limit=300_000),
        AccountPlan("pounds", "GBP Pocket", "Multi-currency pocket (GBP)", "depository", "checking", 118_000,
                    currency="GBP"),
    ),
    (
        Monthly("checking", "salary_lena", 28, -318_400, rise=-3_500), Monthly("checking", "miete", 1, 112_000),
        Monthly("checking", "strom", 5, 8_600), Monthly("checking", "telekom", 11, 4_495, rise=50),
        Monthly("card", "spotify_eu", 9, 1_099), Monthly("card", "netflix_eu", 15, 1_099, rise=100),
        Often("checking", ("rewe", "lidl"), 2.8, 900, 7_800), Often("checking", ("backwerk",), 2.5, 180, 920),
        Often("checking", ("dm",), 0.7, 500, 4_200),
        Often("card", ("amazon_de", "amazon_de", "ikea"), 0.8, 1_100, 11_000),
        Often("card", ("bahn",), 0.5, 1_900, 11_900), Often("checking", ("aral",), 0.4, 3_200, 7_900, "fuel"),
        Often("card", ("pizzeria", "vapiano", "doener"), 1.1, 900, 6_200, "tip"), Often("pounds", ("tesco", "tfl"), 0.6,
              280, 3_100),
        Monthly("checking", "wise_out", 10, 4_700), Monthly("pounds", "wise_in", 10, -4_000),
        Often("checking", ("geldautomat",), 0.4, 5_000, 15_000), Yearly("card", "sbb", 9, 14, 8_400, "CHF"),
        Move("checking", "savings", 29, 45_000, "umbuchung_out", "umbuchung_in"),
        Monthly("savings", "zinsen", 31, -1_388, spread=6), PayCard("card", "checking", 20, 100, "kk_out", "kk_in"),
        Level("checking", "savings", 22, "umbuchung_out", "umbuchung_in"),
    ),
    asks_code=True, card="LINDENHOF MC",
)  # fmt: skip

DYNAMIC = Persona(
    "user_transactions_dynamic", "Test user: every refresh brings new pending transactions", "ins_109508",
    Place("Portland", "OR"),
    (_checking(540_000), _savings(300_000)),
    (
        Paycheck("checking", "salary_brightwater", 138_000), Monthly("checking", "rent", 1, 140_000),
        Often("checking", GROCERS, 2.2, 1_500, 9_000), Often("checking", COFFEE, 3.0, 400, 800),
        Often("checking", SHOPS, 1.5, 900, 14_000), Move("checking", "savings", 4, 20_000),
        Level("checking", "savings", 26),
    ),
    oddness=0.0,
)  # fmt: skip

PERSONAS = {
    persona.username: persona for persona in (SALARIED, FREELANCE, HOUSEHOLD, STUDENT, INVESTOR, EUROPEAN, DYNAMIC)
}
