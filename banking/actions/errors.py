"""What connections can refuse, each with a message that says what to do."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banking.providers.base import BankError


def said_at_once(error: BankError) -> str:
    """What a person is told who waits for the bank: nothing is tried again for them, as a reading is."""
    if error.kind in {"retry", "restart"}:
        return gettext("Your bank cannot be reached at the moment. Try again in a moment.")
    return error.message


class Busy(Exception):
    """Another worker is reading this connection; what was asked for stays asked for."""


class Overtaken(Exception):
    """The connection changed while we read it; nothing was stored."""


class LinkRefused(Exception):
    """A link session that cannot be finished; the text says what to do."""

    code = "link_refused"


class LinkOpen(LinkRefused):
    code = "link_open"

    def __init__(self) -> None:
        super().__init__(_("The bank has not finished yet. Complete the sign-in there, then come back."))


class LinkLeft(LinkRefused):
    code = "link_left"

    def __init__(self) -> None:
        super().__init__(_("Linking was cancelled at the bank. Nothing was changed; you can start again."))


class LinkSpent(LinkRefused):
    """The provider does not take the token: used up, too old or made up."""

    def __init__(self) -> None:
        super().__init__(_("The bank does not accept this sign-in any more. Nothing was changed; start linking again."))


class LinkBusy(LinkRefused):
    """Another request is linking a bank to this book; ask again for what came of it."""

    code = "link_busy"

    def __init__(self) -> None:
        super().__init__(_("Your bank is being linked at this moment. Ask again in a few seconds."))


class AlreadyLinked(LinkRefused):
    """The same accounts are linked already; refused before the bank's token is exchanged, which is what costs."""

    code = "already_linked"

    def __init__(self, connection_id: int) -> None:
        super().__init__(_("These accounts are linked already. Nothing was added."))
        self.connection_id = connection_id


class Unreadable(Exception):
    """The connection cannot be read before the user has done something; the text says what."""

    code = "unreadable"


class NotLinked(Unreadable):
    code = "not_linked"

    def __init__(self) -> None:
        super().__init__(_("This connection has been unlinked. Link the bank again to go on."))


class SignInNeeded(Unreadable):
    code = "sign_in_needed"

    def __init__(self) -> None:
        super().__init__(_("Your bank wants you to sign in again before it can be read."))
