"""Signing up: a person and their first books come into being together, or not at all."""

from allauth.account import forms as account
from allauth.socialaccount import forms as social
from django.db import transaction
from django.http import HttpRequest

from accounts import first_books
from accounts.models import User


class SignUpForm(account.SignupForm):  # type: ignore[misc]  # allauth is untyped
    """With an e-mail address and a password."""

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        user: User = super().save(request)
        first_books.open_for(request, user)
        return user


class SocialSignUpForm(social.SignupForm):  # type: ignore[misc]  # allauth is untyped
    """With Google, where something is still to be asked."""

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        user: User = super().save(request)
        first_books.open_for(request, user)
        return user
