"""Addresses of the pages about merchants, receipts, saved views and changes of many rows."""

from django.urls import path

from banking.views import attachments, editing, merchants, saved

urlpatterns = [
    path("transactions/edit", editing.edit_many, name="transactions_edit"),
    path("transactions/<int:pk>/attachments", attachments.attachments, name="attachments"),
    path("attachments/<int:pk>", attachments.attachment, name="attachment"),
    path("attachments/<int:pk>/remove", attachments.remove, name="attachment_remove"),
    path("transactions/views", saved.views, name="views"),
    path("transactions/views/new", saved.new, name="view_new"),
    path("transactions/views/<int:pk>", saved.amend, name="view"),
    path("transactions/views/<int:pk>/move", saved.move, name="view_move"),
    path("transactions/views/<int:pk>/delete", saved.delete, name="view_delete"),
    path("merchants", merchants.merchants, name="merchants"),
    path("merchants/<int:pk>", merchants.merchant, name="merchant"),
    path("merchants/<int:pk>/edit", merchants.edit, name="merchant_edit"),
    path("merchants/<int:pk>/merge", merchants.merge, name="merchant_merge"),
]
