"""Every write of notifications."""

from notifications.actions.blanking import blank
from notifications.actions.delivering import deliver
from notifications.actions.devices import (
    NotAllowed,
    TooManyDevices,
    WrongCode,
    add_phone,
    add_push,
    allow_code,
    new_code,
    remove_device,
    verify,
)
from notifications.actions.preferring import Choosing, choose, turn_off_mail
from notifications.actions.reading import read, read_all
from notifications.actions.telling import Told, look, tell

__all__ = [
    "Choosing",
    "NotAllowed",
    "Told",
    "TooManyDevices",
    "WrongCode",
    "add_phone",
    "add_push",
    "allow_code",
    "blank",
    "choose",
    "deliver",
    "look",
    "new_code",
    "read",
    "read_all",
    "remove_device",
    "tell",
    "turn_off_mail",
    "verify",
]
