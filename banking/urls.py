"""Addresses of the pages about accounts, transactions and categories."""

from django.urls import include, path

from banking.views import accounts, categories, restoring, transactions

urlpatterns = [
    path("", include("banking.views.connection_urls")),
    path("transactions", transactions.transactions, name="transactions"),
    path("transactions/export", transactions.export, name="transaction_export"),
    path("transactions/new", transactions.new, name="transaction_new"),
    path("transactions/categorise", transactions.categorise, name="transactions_categorise"),
    path("transactions/<int:pk>", transactions.transaction, name="transaction"),
    path("transactions/<int:pk>/restore", restoring.restore, name="transaction_restore"),
    path("transactions/<int:pk>/unlock", restoring.unlock, name="transaction_unlock"),
    path("trash", restoring.trash, name="trash"),
    path("transactions/<int:pk>/remove", transactions.remove, name="transaction_remove"),
    path("transactions/<int:pk>/rule", transactions.file_alike, name="transaction_rule"),
    path("accounts", accounts.accounts, name="accounts"),
    path("accounts/new", accounts.new, name="account_new"),
    path("accounts/<int:pk>", accounts.account, name="account"),
    path("accounts/<int:pk>/edit", accounts.edit, name="account_edit"),
    path("accounts/<int:pk>/close", accounts.close, name="account_close"),
    path("categories", categories.categories, name="categories"),
    path("categories/new", categories.new, name="category_new"),
    path("categories/<int:pk>", categories.rename, name="category"),
    path("categories/<int:pk>/archive", categories.archive, name="category_archive"),
    path("categories/rules/new", categories.new_rule, name="rule_new"),
    path("categories/rules/<int:pk>/remove", categories.remove_rule, name="rule_remove"),
]
