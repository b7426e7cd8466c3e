"""What accepting a refund does."""

from django.utils.translation import gettext as _

from banking.actions.refusals import Conflicting
from banking.actions.undoing import Desk, Entry
from banking.models import EvidenceSource, Transaction

REASON = "Money back for a purchase filed here"


def give_back(desk: Desk, *, purchase: Transaction, refund: Transaction, score: float) -> list[Entry]:
    """File the refund where its purchase is filed, so that it lowers what was spent there. Raise Conflicting."""
    if purchase.removed_at is not None or refund.removed_at is not None:
        raise Conflicting(_("One of the two is not there any more."))
    return [desk.file(refund, purchase.category, source=EvidenceSource.MATCH, reason=REASON, score=score)]
