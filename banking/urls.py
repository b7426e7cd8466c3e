"""Addresses of the pages about accounts, transactions and categories."""

from django.urls import include, path

from banking.views import accounts, categories, refunds, review, search, splits, transactions, transfers

urlpatterns = [
    path("", include("banking.views.connection_urls")),
    path("search", search.search, name="search"),
    path("", include("banking.views.rule_urls")),
    path("", include("banking.views.keeping_urls")),
    path("", include("banking.views.import_urls")),
    path("transactions", transactions.transactions, name="transactions"),
    path("transactions/export", transactions.export, name="transaction_export"),
    path("transactions/new", transactions.new, name="transaction_new"),
    path("transactions/categorise", transactions.categorise, name="transactions_categorise"),
    path("transactions/<int:pk>", transactions.transaction, name="transaction"),
    path("transactions/<int:pk>/remove", transactions.remove, name="transaction_remove"),
    path("transactions/<int:pk>/rule", transactions.file_alike, name="transaction_rule"),
    path("transactions/<int:pk>/split", splits.split, name="transaction_split"),
    path("transactions/<int:pk>/unsplit", splits.unsplit, name="transaction_unsplit"),
    path("transactions/<int:pk>/refunds", refunds.refunds, name="transaction_refunds"),
    path("transactions/<int:pk>/refunds/unlink", refunds.unlink, name="transaction_unlink"),
    path("transactions/<int:pk>/owed", refunds.owed_of, name="transaction_owed"),
    path("transactions/owed", refunds.owed, name="owed"),
    path("transactions/<int:pk>/transfer", transfers.pair, name="transaction_pair"),
    path("transactions/<int:pk>/transfer/remove", transfers.unpair, name="transaction_unpair"),
    path("review", review.inbox, name="review"),
    path("review/many", review.decide_many, name="review_many"),
    path("review/settings", review.settings, name="review_settings"),
    path("review/<int:pk>", review.decide, name="review_decide"),
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
