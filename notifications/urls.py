"""Addresses of the pages."""

from django.urls import path

from notifications import settings_pages, views

DEVICE = "settings/notifications/devices/<int:pk>"

urlpatterns = [
    path("notifications", views.centre, name="notifications"),
    path("notifications/bell", views.bell, name="notifications_bell"),
    path("notifications/read-all", views.read_all, name="notifications_read_all"),
    path("notifications/<int:pk>", views.one, name="notification"),
    path("notifications/<int:pk>/read", views.read, name="notification_read"),
    path("unsubscribe/<str:token>", views.unsubscribe, name="unsubscribe"),
    path("settings/notifications", settings_pages.preferences, name="notification_preferences"),
    path("settings/notifications/phone", settings_pages.add_phone, name="add_phone"),
    path(f"{DEVICE}/verify", settings_pages.verify, name="verify_phone"),
    path(f"{DEVICE}/code", settings_pages.send_code, name="send_code"),
    path(f"{DEVICE}/remove", settings_pages.remove, name="remove_told_device"),
]
