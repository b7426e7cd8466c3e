"""Addresses of the API about files that are brought in."""

from django.urls import path

from banking.api import imports

urlpatterns = [
    path("imports", imports.ImportCollection.as_view(), name="api_imports"),
    path("imports/<key:pk>", imports.ImportDetail.as_view(), name="api_import"),
    path("imports/<key:pk>/rows", imports.ImportRows.as_view(), name="api_import_rows"),
    path("imports/<key:pk>/start", imports.ImportStart.as_view(), name="api_import_start"),
    path("imports/<key:pk>/revert", imports.ImportRevert.as_view(), name="api_import_revert"),
]
