"""Doing the work of a sign-up without its effect.

An address that is known already must take as long to answer as a new one; otherwise the clock tells who is a customer.
"""

import secrets

from allauth.account import signals
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User


def sign_up(request: HttpRequest) -> None:
    """Sign somebody up who does not exist, and take it all back."""
    from accounts.sign_up_forms import SignUpForm  # allauth's reads the settings that name the adapter: it calls this

    email, password = f"{secrets.token_hex(8)}@rehearsal.invalid", secrets.token_hex(16)
    with transaction.atomic():
        form = SignUpForm({"email": email, "password1": password, "name": "Rehearsal"})
        if not form.is_valid():
            raise RuntimeError("The rehearsal of a sign-up must be a valid one.")
        user = form.save(request)
        signals.user_signed_up.send(sender=User, request=request, user=user)
        transaction.set_rollback(True)
