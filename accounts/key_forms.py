"""A new passkey or security key, in our words; apart from `accounts.forms`, which allauth loads before its own."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.plain import tidied


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """Its name is tidied rather than refused: the device has made the key by then."""

    name = forms.CharField(label=_("Name"), required=False, max_length=100)
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone"),
        required=False,
        initial=True,
        help_text=_("A passkey: the device asks for your finger, face or PIN. Otherwise it only follows a password."),
    )

    field_order = ["name", "passwordless"]

    def clean_name(self) -> str:
        self.cleaned_data["name"] = tidied(self.cleaned_data["name"], length=100)
        return str(super().clean_name())
