"""Addresses of the banking API; literal ones before those with an id."""

from django.urls import include, path

from banking.api import accounts, categories, predict, refunds, review, search, splits, transactions, transfers

urlpatterns = [
    path("", include("banking.api.connection_urls")),
    path("", include("banking.api.rule_urls")),
    path("", include("banking.api.keeping_urls")),
    path("", include("banking.api.import_urls")),
    path("transactions", transactions.TransactionList.as_view(), name="api_transactions"),
    path("transactions/search", search.TransactionSearch.as_view(), name="api_transaction_search"),
    path("transactions/stats", transactions.TransactionStats.as_view(), name="api_transaction_stats"),
    path("transactions/export", transactions.TransactionExport.as_view(), name="api_transaction_export"),
    path("transactions/bulk-categorize", transactions.BulkCategorise.as_view(), name="api_bulk_categorise"),
    path("transactions/<int:pk>", transactions.TransactionDetail.as_view(), name="api_transaction"),
    path("transactions/<int:pk>/split", splits.TransactionSplit.as_view(), name="api_split"),
    path("transactions/<int:pk>/refunds", refunds.RefundsOfPurchase.as_view(), name="api_refunds"),
    path("transactions/<int:pk>/refunds/<int:refund_id>", refunds.RefundOfPurchase.as_view(), name="api_refund"),
    path("transactions/<int:pk>/owed", refunds.OwedOfPurchase.as_view(), name="api_owed_of"),
    path("owed", refunds.OwedList.as_view(), name="api_owed"),
    path("transfers", transfers.TransferList.as_view(), name="api_transfers"),
    path("transfers/<int:pk>", transfers.TransferDetail.as_view(), name="api_transfer"),
    path("review", review.ReviewList.as_view(), name="api_review"),
    path("review/bulk", review.ReviewBulk.as_view(), name="api_review_bulk"),
    path("review/settings", review.ReviewSettings.as_view(), name="api_review_settings"),
    path("review/<int:pk>/accept", review.ReviewAccept.as_view(), name="api_review_accept"),
    path("review/<int:pk>/reject", review.ReviewReject.as_view(), name="api_review_reject"),
    path("categories", categories.CategoryCollection.as_view(), name="api_categories"),
    path("categories/<int:pk>", categories.CategoryDetail.as_view(), name="api_category"),
    path("accounts", accounts.AccountCollection.as_view(), name="api_accounts"),
    path("accounts/<int:pk>", accounts.AccountDetail.as_view(), name="api_account"),
    path("accounts/<int:pk>/balance", accounts.AccountBalanceNow.as_view(), name="api_account_balance"),
    path("plaid/accounts", accounts.LinkedAccounts.as_view(), name="api_plaid_accounts"),
    path("predict/category", predict.PredictCategory.as_view(), name="api_predict_category"),
]
