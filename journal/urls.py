"""Addresses of the pages about what was done."""

from django.urls import path

from journal import views

urlpatterns = [
    path("activity", views.activity, name="operations"),
    path("activity/<int:operation_id>", views.operation, name="operation"),
    path("activity/<int:operation_id>/undo", views.undo, name="operation_undo"),
    path("activity/<int:operation_id>/redo", views.redo, name="operation_redo"),
    path("activity/<int:operation_id>/toast", views.toast, name="operation_toast"),
]
