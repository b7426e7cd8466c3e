"""The dashboard and the pages around it."""

from django.urls import path

from reports import explain_view, views

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("dashboard/arrange", views.arrange, name="dashboard_arrange"),
    path("explain/<str:figure>", explain_view.explain, name="explain"),
    path("more", views.more, name="more"),
    path("appearance", views.appearance, name="appearance"),
    path("offline", views.offline, name="offline"),
    path("worker.js", views.service_worker, name="service_worker"),
]
