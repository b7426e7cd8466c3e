"""How a person wants to be told. Theirs alone, in all books, so no operation of a journal."""

from collections.abc import Iterable
from datetime import time
from typing import NamedTuple, TypedDict

from django.db import transaction

from accounts.models import User
from notifications.kinds import Channel
from notifications.models import Manner, Preference


class Choosing(NamedTuple):
    """One cell of the table."""

    kind: str
    channel: str
    on: bool


class MannerChanges(TypedDict, total=False):
    """What is not named stays; quiet hours are set or taken away both at once."""

    quiet_from: time | None
    quiet_until: time | None
    digest: str
    amounts: bool


@transaction.atomic
def choose(*, user: User, choices: Iterable[Choosing] = (), manner: MannerChanges | None = None) -> None:
    """Keep these choices; the others stay."""
    for each in choices:
        Preference.objects.update_or_create(user=user, kind=each.kind, channel=each.channel, defaults={"on": each.on})
    if manner:
        Manner.objects.update_or_create(user=user, defaults={**manner})


def turn_off_mail(*, user_id: int, kinds: Iterable[str]) -> None:
    """No more e-mails about these; somebody who is gone needs nothing."""
    user = User.objects.filter(pk=user_id).first()
    if user is not None:
        choose(user=user, choices=[Choosing(kind, Channel.EMAIL, on=False) for kind in kinds])
