"""Shapes of the API about people and books."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts import currencies, locales
from accounts.forms import fiscal_start
from accounts.models import Book, BookKind, Invitation, Membership, Role, User
from accounts.models import _known_zone as known_zone
from accounts.plain import plain_text
from accounts.strict import StrictSerializer


class FiscalStartField(serializers.CharField):
    """`MM-DD`; a whole date is accepted and its year ignored. In Python a pair of month and day."""

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            return fiscal_start(text)
        except DjangoValidationError as error:
            raise serializers.ValidationError(error.messages) from error

    def to_representation(self, value: Any) -> str:
        month, day = value
        return f"{month:02}-{day:02}"


class CurrencyField(serializers.CharField):
    """An ISO 4217 code of a currency in use."""

    def to_internal_value(self, data: Any) -> str:
        code = str(super().to_internal_value(data))
        if code not in currencies.codes():
            raise serializers.ValidationError(_("This currency is not known."))
        return code


class LocaleField(serializers.CharField):
    """A language with a region, such as `en-GB`."""

    def to_internal_value(self, data: Any) -> str:
        code = str(super().to_internal_value(data))
        if not locales.is_known(code):
            raise serializers.ValidationError(_("This language is not known."))
        return code


def name_field(**options: Any) -> serializers.CharField:  # DRF's field options
    """A name of up to 100 characters without control or direction marks."""
    return serializers.CharField(max_length=100, validators=[plain_text], **options)


class SignUpRequest(StrictSerializer):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    name = name_field()
    time_zone = serializers.CharField(max_length=64, required=False)
    currency = CurrencyField(required=False)
    business_name = name_field(required=False, help_text="Opens a second book, for this business.")
    fiscal_year_start = serializers.RegexField(r"^(\d{4}-)?\d{2}-\d{2}$", required=False)


class LoginRequest(StrictSerializer):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    code = serializers.CharField(
        max_length=20, required=False, help_text="Six digits of the authenticator app, or a recovery code."
    )
    cookie = serializers.BooleanField(default=False, help_text="Put the tokens into HttpOnly cookies instead.")


class RefreshRequest(StrictSerializer):
    refresh = serializers.CharField(required=False, max_length=4096, help_text="Left out: taken from the cookie.")


class TokenPair(serializers.Serializer[Any]):
    access = serializers.CharField(required=False, help_text="Not in an answer that sets cookies.")
    refresh = serializers.CharField(required=False, help_text="Good once. Not in an answer that sets cookies.")
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds until the access token ends.")
    csrf_token = serializers.CharField(required=False, help_text="For the X-CSRFToken header, with cookies.")


class Message(serializers.Serializer[Any]):
    message = serializers.CharField()


class EmailRequest(StrictSerializer):
    email = serializers.EmailField(max_length=254)


class VerifyEmailRequest(StrictSerializer):
    token = serializers.CharField(max_length=255)


class ResetPasswordRequest(StrictSerializer):
    token = serializers.CharField(max_length=255)
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class ChangePasswordRequest(StrictSerializer):
    current_password = serializers.CharField(max_length=128, trim_whitespace=False)
    new_password = serializers.CharField(max_length=128, trim_whitespace=False)


class GoogleBeginRequest(StrictSerializer):
    redirectUri = serializers.URLField(  # noqa: N815  the name that clients know
        max_length=500, required=False, help_text="Where the browser ends up; on this site or its front end."
    )


class GoogleBegin(serializers.Serializer[Any]):
    authorizationUrl = serializers.URLField()  # noqa: N815  the name that clients know


class UserShape(serializers.ModelSerializer[User]):
    email_verified = serializers.BooleanField()
    second_factor = serializers.BooleanField()
    avatar_url = serializers.CharField(help_text="An address, or empty.")

    class Meta:
        model = User
        fields = ["id", "email", "name", "locale", "avatar_url", "default_book", "email_verified", "second_factor"]


class SessionShape(serializers.Serializer[Any]):
    authenticated = serializers.BooleanField()
    method = serializers.ChoiceField(choices=["none", "bearer", "cookie", "session"])
    expires_at = serializers.DateTimeField(allow_null=True)
    csrf_token = serializers.CharField()
    user = UserShape(allow_null=True)


class BookShape(serializers.ModelSerializer[Book]):
    role = serializers.ChoiceField(choices=Role.choices)
    fiscal_year_start = serializers.SerializerMethodField()

    class Meta:
        model = Book
        fields = ["id", "kind", "name", "currency", "fiscal_year_start", "time_zone", "role", "created_at"]

    def get_fiscal_year_start(self, book: Book) -> str:
        return f"{book.fiscal_month:02}-{book.fiscal_day:02}"


class BookChange(StrictSerializer):
    name = name_field(required=False)
    currency = CurrencyField(required=False)
    fiscal_year_start = FiscalStartField(required=False, help_text="MM-DD")
    time_zone = serializers.CharField(max_length=64, required=False, validators=[known_zone])

    def changes(self) -> dict[str, Any]:
        """The book's fields to set."""
        given = dict(self.validated_data)
        if "fiscal_year_start" in given:
            given["fiscal_month"], given["fiscal_day"] = given.pop("fiscal_year_start")
        return given


class NewBook(BookChange):
    """A book of one's own. Without a time zone it gets that of the default book."""

    kind = serializers.ChoiceField(choices=BookKind.choices)
    name = name_field()
    currency = CurrencyField()


class SettingsShape(serializers.Serializer[Any]):
    """The user's own settings and those of the current book."""

    name = serializers.CharField()
    locale = serializers.CharField()
    book = serializers.IntegerField()
    business_name = serializers.CharField(help_text="Name of the current book, whatever its kind.")
    currency = serializers.CharField()
    fiscal_year_start = FiscalStartField()
    time_zone = serializers.CharField()


class SettingsChange(BookChange):
    name = name_field(required=False, help_text="Yours.")
    locale = LocaleField(required=False)
    business_name = name_field(required=False, help_text="Name of the current book, whatever its kind.")

    def of_user(self) -> dict[str, Any]:
        return {key: self.validated_data[key] for key in ("name", "locale") if key in self.validated_data}

    def of_book(self) -> dict[str, Any]:
        given = {key: value for key, value in self.changes().items() if key not in {"name", "locale"}}
        if "business_name" in given:
            given["name"] = given.pop("business_name")
        return given


class MemberShape(serializers.ModelSerializer[Membership]):
    user = serializers.IntegerField(source="user_id")
    email = serializers.EmailField(source="user.email")
    name = serializers.CharField(source="user.name")

    class Meta:
        model = Membership
        fields = ["user", "email", "name", "role", "created_at"]


class RoleChange(StrictSerializer):
    role = serializers.ChoiceField(choices=Role.choices)


class InvitationShape(serializers.ModelSerializer[Invitation]):
    class Meta:
        model = Invitation
        fields = ["id", "email", "role", "created_at", "expires_at"]


class InvitationRequest(RoleChange):
    email = serializers.EmailField(max_length=254)


class AcceptRequest(StrictSerializer):
    token = serializers.CharField(max_length=100)


class ClientShape(serializers.Serializer[Any]):
    """A signed-in browser or API client."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=["browser", "client"])
    user_agent = serializers.CharField()
    address = serializers.IPAddressField(allow_null=True)
    used_at = serializers.DateTimeField()
    current = serializers.BooleanField()
