"""The JSON shapes of notifications, preferences and devices, and the bodies that are taken."""

import re
from datetime import time
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import empty

from accounts.models import User
from accounts.strict import StrictSerializer
from notifications import queries, rules
from notifications.kinds import CHOICES, KINDS, Channel
from notifications.models import Device, Manner, Notification

Shape = serializers.Serializer[Any]
CLOCK = re.compile(r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")


class ClockInput(serializers.RegexField):
    """An hour and a minute such as 22:00."""

    def __init__(self, *, required: bool = True, allow_null: bool = False) -> None:
        super().__init__(CLOCK, required=required, allow_null=allow_null)

    def run_validation(self, data: Any = empty) -> Any:
        """The pattern is of the text, so that is looked at before it is a time."""
        is_empty, found = self.validate_empty_values(data)
        if is_empty:
            return found
        text = super(serializers.RegexField, self).to_internal_value(data)
        self.run_validators(text)
        return time.fromisoformat(text)


class NotificationShape(Shape):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(CHOICES)
    title = serializers.CharField(help_text="Without amounts.")
    body = serializers.CharField()
    url = serializers.CharField(help_text="The path of the page that it is about; empty for none.")
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class NotificationPage(Shape):
    results = NotificationShape(many=True)
    unread = serializers.IntegerField(help_text="How many are unread; 100 stands for more.")
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page.")
    previous = serializers.CharField(allow_null=True)


class ReadAllShape(Shape):
    read = serializers.IntegerField(help_text="How many were marked.")


class NotificationChange(StrictSerializer):
    read = serializers.BooleanField()


class PreferenceShape(Shape):
    kind = serializers.ChoiceField(CHOICES)
    channel = serializers.ChoiceField(Channel.choices)
    on = serializers.BooleanField()
    label = serializers.CharField(help_text="The kind in words.")  # type: ignore[assignment]  # a field's own name


class PreferencesShape(Shape):
    """Of the kinds and channels that this installation has."""

    preferences = PreferenceShape(many=True)
    channels = serializers.ListField(child=serializers.ChoiceField(Channel.choices))
    quiet_from = serializers.RegexField(CLOCK, allow_null=True, help_text="By the clock of your default book.")
    quiet_until = serializers.RegexField(CLOCK, allow_null=True)
    digest = serializers.ChoiceField(Manner.Digest.choices, help_text="Whether e-mails are collected.")
    amounts = serializers.BooleanField(help_text="Whether pushes and text messages may name amounts.")


class PreferenceInput(StrictSerializer):
    kind = serializers.ChoiceField(CHOICES)
    channel = serializers.ChoiceField(Channel.choices)
    on = serializers.BooleanField()


class PreferencesChange(StrictSerializer):
    """What is not named stays. Quiet hours are named both at once; null for none."""

    preferences = PreferenceInput(many=True, required=False)
    quiet_from = ClockInput(required=False, allow_null=True)
    quiet_until = ClockInput(required=False, allow_null=True)
    digest = serializers.ChoiceField(Manner.Digest.choices, required=False)
    amounts = serializers.BooleanField(required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        both = [given.get(name) is None for name in ("quiet_from", "quiet_until")]
        named = [name in given for name in ("quiet_from", "quiet_until")]
        if named[0] != named[1] or both[0] != both[1]:
            raise serializers.ValidationError({"quiet_until": [_("Give both ends of the quiet hours, or neither.")]})
        return given


class PreferencesInput(PreferencesChange):
    """All of it: a preference that is not named is what is usual."""

    preferences = PreferenceInput(many=True)
    quiet_from = ClockInput(allow_null=True)
    quiet_until = ClockInput(allow_null=True)
    digest = serializers.ChoiceField(Manner.Digest.choices)
    amounts = serializers.BooleanField()


class DeviceShape(Shape):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Device.Kind.choices)
    hint = serializers.CharField(help_text="What it is known by: a masked number, or the browser's push service.")
    verified = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class DevicesShape(Shape):
    results = DeviceShape(many=True)
    push_key = serializers.CharField(help_text="What a browser subscribes with; empty where pushes are off.")


class PushKeys(StrictSerializer):
    p256dh = serializers.CharField(max_length=120)
    auth = serializers.CharField(max_length=40)


class DeviceInput(StrictSerializer):
    """A phone with its `number`, or a browser with the `endpoint` and `keys` of its subscription."""

    kind = serializers.ChoiceField(Device.Kind.choices)
    number = serializers.RegexField(NUMBER, required=False, max_length=16, help_text="With its country: +441632960001.")
    endpoint = serializers.CharField(max_length=1000, required=False)
    keys = PushKeys(required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        wanted = {"number"} if given["kind"] == Device.Kind.PHONE else {"endpoint", "keys"}
        if missing := wanted - given.keys():
            raise serializers.ValidationError({name: [_("This is needed.")] for name in sorted(missing)})
        return given


class CodeInput(StrictSerializer):
    code = serializers.CharField(max_length=12)


def notification(row: Notification) -> dict[str, Any]:
    """As NotificationShape."""
    return {name: getattr(row, name) for name in ("kind", "title", "body", "url", "created_at", "read_at")} | {
        "id": row.pk
    }


def preferences(user: User) -> dict[str, Any]:
    """As PreferencesShape."""
    manner, channels = queries.manner(user=user), queries.channels()
    return {
        "preferences": [
            {"kind": each.kind.name, "channel": channel, "on": channel in each.on, "label": str(each.kind.label)}
            for each in queries.choices(user=user)
            for channel in channels
        ],
        "channels": channels,
        "quiet_from": _clock(manner.quiet_from),
        "quiet_until": _clock(manner.quiet_until),
        "digest": manner.digest,
        "amounts": manner.amounts,
    }


def _clock(moment: time | None) -> str | None:
    return None if moment is None else f"{moment:%H:%M}"


def device(row: Device) -> dict[str, Any]:
    """As DeviceShape."""
    return {
        "id": row.pk,
        "kind": row.kind,
        "hint": row.hint,
        "verified": row.verified_at is not None,
        "created_at": row.created_at,
    }


def usual(named: set[tuple[str, str]]) -> list[tuple[str, str, bool]]:
    """(kind, channel, on) of what is not named, as it is before anybody chose."""
    return [
        (kind, channel.value, channel in KINDS[kind].usual)
        for kind in rules.offered()
        for channel in Channel
        if (kind, channel.value) not in named
    ]
