"""Addresses of the banking API."""

from django.urls import include, path

urlpatterns = [
    path("", include("banking.api.connection_urls")),
]
