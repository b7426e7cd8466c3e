"""What people can be told, over which channels, and what is on before anybody chose."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    IN_APP = "in_app", _("In the app")
    EMAIL = "email", _("E-mail")
    PUSH = "push", _("Push")
    SMS = "sms", _("SMS")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event. `usual` are the channels that are on by default; what is `urgent` waits for no digest."""

    name: str
    label: Any
    icon: str
    usual: frozenset[Channel]
    urgent: bool = False


QUIETLY = frozenset({Channel.IN_APP})
ALOUD = frozenset({Channel.IN_APP, Channel.EMAIL, Channel.PUSH})
KINDS: dict[str, Kind] = {
    each.name: each
    for each in (
        Kind("budget", _("A budget reaches 50, 80 or 100 %"), "piggy-bank", QUIETLY),
        Kind("budget_course", _("A budget is on course to be exceeded"), "trending-up", QUIETLY),
        Kind("bill_due", _("A bill is due soon"), "calendar-clock", ALOUD),
        Kind("bill_missed", _("A bill was not seen"), "calendar-x", ALOUD),
        Kind("price_rise", _("A price has risen"), "badge-percent", QUIETLY),
        Kind("large_transaction", _("A large or unusual payment"), "scan-search", ALOUD),
        Kind("income", _("Income arrived"), "hand-coins", QUIETLY),
        Kind("low_balance", _("A balance will run low"), "wallet", ALOUD),
        Kind("goal_reached", _("A goal is reached"), "flag", ALOUD),
        Kind("goal_off_track", _("A goal falls behind"), "flag", QUIETLY),
        Kind("connection", _("A bank needs you"), "landmark", ALOUD, urgent=True),
        Kind("sync_failed", _("A bank cannot be read"), "cloud-off", QUIETLY),
        Kind("import_finished", _("A file was brought in"), "file-check", QUIETLY),
        Kind("sign_in", _("Somebody signed in from a new place"), "shield-alert", ALOUD, urgent=True),
    )
}
CHOICES = [(each.name, each.label) for each in KINDS.values()]
