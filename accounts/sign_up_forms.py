"""Signing up: a person and their first books come into being together, or not at all."""

from typing import cast

from allauth.account import forms as account
from allauth.socialaccount import forms as social
from django.db import transaction
from django.http import HttpRequest

from accounts import first_books
from accounts.models import User


class WithFirstBooks:
    """Before a form of allauth: what it saves has its books."""

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        user = cast(User, super().save(request))  # type: ignore[misc]  # allauth's form comes next
        first_books.open_for(request, user)
        return user


class SignUpForm(WithFirstBooks, account.SignupForm):  # type: ignore[misc]  # allauth is untyped
    """With an e-mail address and a password."""


class SocialSignUpForm(WithFirstBooks, social.SignupForm):  # type: ignore[misc]  # allauth is untyped
    """With Google, where something is still to be asked."""
