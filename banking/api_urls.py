"""Addresses of the banking API; literal ones before those with an id."""

from django.urls import include, path

from banking.api import accounts, categories, predict, restoring, transactions

urlpatterns = [
    path("", include("banking.api.connection_urls")),
    path("transactions", transactions.TransactionList.as_view(), name="api_transactions"),
    path("transactions/stats", transactions.TransactionStats.as_view(), name="api_transaction_stats"),
    path("transactions/export", transactions.TransactionExport.as_view(), name="api_transaction_export"),
    path("transactions/bulk-categorize", transactions.BulkCategorise.as_view(), name="api_bulk_categorise"),
    path("transactions/trash", restoring.Trash.as_view(), name="api_trash"),
    path("transactions/<int:pk>/restore", restoring.Restore.as_view(), name="api_restore"),
    path("transactions/<int:pk>/unlock", restoring.Unlock.as_view(), name="api_unlock"),
    path("transactions/<int:pk>", transactions.TransactionDetail.as_view(), name="api_transaction"),
    path("categories", categories.CategoryCollection.as_view(), name="api_categories"),
    path("categories/<int:pk>", categories.CategoryDetail.as_view(), name="api_category"),
    path("accounts", accounts.AccountCollection.as_view(), name="api_accounts"),
    path("accounts/<int:pk>", accounts.AccountDetail.as_view(), name="api_account"),
    path("accounts/<int:pk>/balance", accounts.AccountBalanceNow.as_view(), name="api_account_balance"),
    path("plaid/accounts", accounts.LinkedAccounts.as_view(), name="api_plaid_accounts"),
    path("predict/category", predict.PredictCategory.as_view(), name="api_predict_category"),
]
