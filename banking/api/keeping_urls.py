"""Addresses of the API about merchants, receipts, saved views and changes of many rows."""

from django.urls import path

from banking.api import attachments, bulk, merchants, views

urlpatterns = [
    path("transactions/bulk", bulk.BulkEdit.as_view(), name="api_bulk_edit"),
    path("transactions/<int:pk>/attachments", attachments.AttachmentList.as_view(), name="api_attachments"),
    path("attachments/<int:pk>", attachments.AttachmentDetail.as_view(), name="api_attachment"),
    path("merchants", merchants.MerchantList.as_view(), name="api_merchants"),
    path("merchants/<int:pk>", merchants.MerchantDetail.as_view(), name="api_merchant"),
    path("merchants/<int:pk>/merge", merchants.MerchantMerge.as_view(), name="api_merchant_merge"),
    path("views", views.ViewCollection.as_view(), name="api_views"),
    path("views/<int:pk>", views.ViewDetail.as_view(), name="api_view"),
]
