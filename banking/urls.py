"""Addresses of the pages about accounts, transactions and categories."""

from django.urls import include, path

from banking.views import transactions

urlpatterns = [
    path("", include("banking.views.connection_urls")),
    path("transactions", transactions.transactions, name="transactions"),
    path("transactions/<int:pk>", transactions.transactions, name="transaction"),
]
