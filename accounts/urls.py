"""Addresses of the pages about people and books."""

from django.urls import include, path
from django.views.generic import RedirectView

from accounts import keys  # noqa: F401  registers <key:…>
from accounts.views import books, mails, members, people

BOOK = "settings/books/<key:book_id>"

urlpatterns = [
    path("auth/sessions/", RedirectView.as_view(pattern_name="devices"), name="usersessions_list"),
    path("auth/", include("allauth.urls")),
    path("settings/", RedirectView.as_view(pattern_name="profile"), name="settings"),
    path("settings/profile", people.profile, name="profile"),
    path("settings/security", people.security, name="security"),
    path("settings/activity", people.activity, name="activity"),
    path("settings/devices", people.devices, name="devices"),
    path("settings/devices/end-all", people.end_all, name="end_all"),
    path("settings/devices/browser/<key:session_id>/end", people.end_session, name="end_session"),
    path("settings/devices/client/<key:sign_in_id>/end", people.end_sign_in, name="end_sign_in"),
    path("settings/books", books.books, name="books"),
    path("settings/books/new", books.new_book, name="new_book"),
    path("settings/books/enter", books.enter_book, name="enter_book"),
    path(BOOK, books.edit_book, name="edit_book"),
    path(f"{BOOK}/enter", books.enter_book, name="enter_book"),
    path(f"{BOOK}/members", members.members, name="members"),
    path(f"{BOOK}/members/invite", members.invite, name="invite"),
    path(f"{BOOK}/members/<key:user_id>/role", members.change_role, name="change_role"),
    path(f"{BOOK}/members/<key:user_id>/remove", members.remove_member, name="remove_member"),
    path(f"{BOOK}/invitations/<key:invitation_id>/withdraw", members.withdraw_invitation, name="withdraw_invitation"),
    path("invitations/<str:token>", members.invitation, name="invitation"),
    path("settings/outbox", mails.outbox_page, name="outbox"),
    path("settings/outbox/<str:name>", mails.outbox_letter, name="outbox_letter"),
]
