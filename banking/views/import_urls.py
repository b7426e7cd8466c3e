"""Addresses of the pages about files that are brought in: one for each step."""

from django.urls import path

from banking.views import imports

urlpatterns = [
    path("imports", imports.imports, name="imports"),
    path("imports/<key:pk>", imports.one, name="import"),
    path("imports/<key:pk>/file", imports.file, name="import_file"),
    path("imports/<key:pk>/map", imports.mapping, name="import_map"),
    path("imports/<key:pk>/rows", imports.rows, name="import_rows"),
    path("imports/<key:pk>/start", imports.start, name="import_start"),
    path("imports/<key:pk>/revert", imports.revert, name="import_revert"),
    path("imports/<key:pk>/delete", imports.discard, name="import_discard"),
]
