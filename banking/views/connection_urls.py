"""Addresses of the connection pages."""

from django.urls import path

from banking.views import connections as views

urlpatterns = [
    path("connections", views.connection_list, name="connections"),
    path("connections/new", views.connect, name="connect"),
    path("connections/return", views.linked, name="connection_return"),
    path("connections/<int:connection_id>", views.connection_detail, name="connection"),
    path("connections/<int:connection_id>/sync", views.sync_now, name="connection_sync"),
    path("connections/<int:connection_id>/frequency", views.set_frequency, name="connection_frequency"),
    path("connections/<int:connection_id>/repair", views.repair, name="connection_repair"),
    path("connections/<int:connection_id>/unlink", views.unlink, name="connection_unlink"),
]
