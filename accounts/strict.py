"""Bodies of API requests: what is not named is refused, not ignored."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer for input that answers a field it does not know with an error instead of dropping it."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := [str(name) for name in data if name not in self.fields]):
            message = _("There is no such field.")
            raise serializers.ValidationError({name[:80]: [message] for name in sorted(unknown)[:20]})
        return super().to_internal_value(data)
