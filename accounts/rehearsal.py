"""Doing the work of a sign-up without its effect.

An address that is known already must take as long to answer as a new one; otherwise the clock tells who is a customer.
"""

import secrets

from django.db import transaction
from django.utils import timezone

from accounts import actions
from accounts.models import User
from accounts.wishes import Wishes


def open_account() -> None:
    """Create a user with books and take it all back."""
    with transaction.atomic():
        user = User.objects.create_user(f"{secrets.token_hex(8)}@rehearsal.invalid", secrets.token_hex(16))
        actions.open_first_books(user=user, wishes=Wishes(), now=timezone.now())
        transaction.set_rollback(True)
