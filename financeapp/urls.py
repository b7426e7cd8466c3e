"""Every address."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from financeapp import docs, health, metrics

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/schema", SpectacularAPIView.as_view(throttle_classes=[]), name="schema"),
    path("api/docs", docs.explorer, name="api_docs"),
    path("docs", RedirectView.as_view(pattern_name="api_docs")),
    path("health", health.health, name="health"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", metrics.exposition, name="metrics"),
]
for _module, _prefix in [
    ("accounts.urls", ""),
    ("accounts.api_urls", "api/"),
    ("banking.urls", ""),
    ("banking.api_urls", "api/"),
    ("reports.urls", ""),
    ("reports.api_urls", "api/"),
]:
    if find_spec(_module):
        urlpatterns.append(path(_prefix, include(_module)))
if not find_spec("accounts.urls"):
    urlpatterns.append(path("auth/", include("allauth.urls")))
