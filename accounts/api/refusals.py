"""Ways in which the API says no, each with a code for programs."""

from django.forms import BaseForm
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, AuthenticationFailed, PermissionDenied, ValidationError


class WrongCredentials(AuthenticationFailed):
    default_code = "wrong_credentials"
    default_detail = _("The e-mail address or the password is not right.")


class CodeNeeded(AuthenticationFailed):
    default_code = "mfa_required"
    default_detail = _("This account has a second factor. Send its code too.")


class WrongCode(AuthenticationFailed):
    default_code = "mfa_wrong"
    default_detail = _("This code is not right, or was used already.")


LOOK_AT_THE_LAST_MAIL = _("Confirm your e-mail address first. The link is in the mail that we sent you a moment ago.")


class UnverifiedEmail(PermissionDenied):
    default_code = "email_unverified"
    default_detail = _("Confirm your e-mail address first. We have sent you the link again.")


class OtherAddress(PermissionDenied):
    default_code = "other_address"
    default_detail = _("This invitation went to another address. Sign in with it, or add it to yours and confirm it.")


class RefreshRefused(AuthenticationFailed):
    default_code = "refresh_refused"
    default_detail = _("This refresh token is not good. Sign in again.")


class BadLink(ValidationError):
    default_code = "link_invalid"
    default_detail = _("This link was used already, has expired or was never good.")


class Conflict(APIException):
    status_code = 409
    default_code = "conflict"


class SwitchedOff(APIException):
    status_code = 404
    default_code = "not_configured"
    default_detail = _("This way of signing in is not set up here.")


def from_form(form: BaseForm, names: dict[str, str]) -> ValidationError:
    """The errors of a form of allauth's under our own field names."""
    errors: dict[str, list[str]] = {}
    for field, messages in form.errors.items():
        errors[names.get(field, "non_field_errors" if field == "__all__" else field)] = [str(m) for m in messages]
    return ValidationError(errors)
