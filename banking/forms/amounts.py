"""An amount that a person types."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AmountInput(forms.DecimalField):
    """A number with a point. What is none is refused in words that say what to type: many write a comma there."""

    default_error_messages = {"invalid": _("Enter a number with a point and no spaces, such as 1250.50.")}
