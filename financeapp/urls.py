"""Every address."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from financeapp import demo, docs, errors, health, metrics

handler500 = errors.page

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/schema", SpectacularAPIView.as_view(throttle_classes=[]), name="schema"),
    path("api/docs", docs.explorer, name="api_docs"),
    path("docs", RedirectView.as_view(pattern_name="api_docs")),
    path("health", health.health, name="health"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("demo/<str:token>", demo.enter, name="demo"),
    path("metrics", metrics.exposition, name="metrics"),
    path("api/", include("accounts.api_urls")),
    path("api/", include("journal.api_urls")),
    path("api/", include("notifications.api_urls")),
    path("api/", include("banking.api_urls")),
    path("api/", include("budgeting.api_urls")),
    path("api/", include("goals.api_urls")),
    path("api/", include("reports.api_urls")),
    path("", include("accounts.urls")),
    path("", include("journal.urls")),
    path("", include("notifications.urls")),
    path("", include("banking.urls")),
    path("", include("budgeting.urls")),
    path("", include("goals.urls")),
    path("", include("reports.urls")),
]
