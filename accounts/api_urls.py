"""Addresses under /api about people and books."""

from django.urls import path, re_path

from accounts import keys  # noqa: F401  registers <key:…>
from accounts.api import auth, books, devices, google_sign_in, members, passwords

BOOK = "books/<key:book_id>"

urlpatterns = [
    path("auth/signup", auth.SignUp.as_view(), name="api_signup"),
    path("auth/login", auth.Login.as_view(), name="api_login"),
    path("auth/refresh", auth.Refresh.as_view(), name="api_refresh"),
    path("auth/logout", auth.Logout.as_view(), name="api_logout"),
    path("auth/me", auth.Me.as_view(), name="api_me"),
    path("auth/session", auth.Session.as_view(), name="api_session"),
    path("auth/verify-email", passwords.VerifyEmail.as_view(), name="api_verify_email"),
    path("auth/forgot-password", passwords.ForgotPassword.as_view(), name="api_forgot_password"),
    path("auth/reset-password", passwords.ResetPassword.as_view(), name="api_reset_password"),
    path("auth/password", passwords.Password.as_view(), name="api_password"),
    path("auth/google/begin", google_sign_in.Begin.as_view(), name="api_google_begin"),
    path("auth/google/callback", google_sign_in.callback, name="api_google_callback"),
    path("auth/sessions", devices.Devices.as_view(), name="api_devices"),
    re_path(
        r"^auth/sessions/(?P<kind>browser|client)/(?P<device_id>\d{1,18})$",
        devices.OneDevice.as_view(),
        name="api_device",
    ),
    path("user/settings", books.Settings.as_view(), name="api_settings"),
    path("books", books.Books.as_view(), name="api_books"),
    path(BOOK, books.OneBook.as_view(), name="api_book"),
    path(f"{BOOK}/members", members.Members.as_view(), name="api_members"),
    path(f"{BOOK}/members/<key:user_id>", members.OneMember.as_view(), name="api_member"),
    path(f"{BOOK}/invitations", members.Invitations.as_view(), name="api_invitations"),
    path(f"{BOOK}/invitations/<key:invitation_id>", members.OneInvitation.as_view(), name="api_invitation"),
    path("invitations/accept", members.Accept.as_view(), name="api_accept_invitation"),
]
