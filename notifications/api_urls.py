"""Addresses under /api about what people are told."""

from django.urls import path

from notifications.api import devices, views

urlpatterns = [
    path("notifications", views.Notifications.as_view(), name="api_notifications"),
    path("notifications/read-all", views.ReadAll.as_view(), name="api_notifications_read_all"),
    path("notifications/<int:pk>", views.OneNotification.as_view(), name="api_notification"),
    path("notification-preferences", views.Preferences.as_view(), name="api_notification_preferences"),
    path("devices", devices.Devices.as_view(), name="api_told_devices"),
    path("devices/<int:pk>", devices.OneDevice.as_view(), name="api_told_device"),
    path("devices/<int:pk>/verify", devices.VerifyDevice.as_view(), name="api_told_device_verify"),
    path("devices/<int:pk>/code", devices.SendCode.as_view(), name="api_told_device_code"),
]
