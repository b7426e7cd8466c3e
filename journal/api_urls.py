"""Addresses of the journal's API."""

from django.urls import path

from journal import api

urlpatterns = [
    path("operations", api.OperationList.as_view(), name="api_operations"),
    path("operations/<int:operation_id>", api.OperationDetail.as_view(), name="api_operation"),
    path("operations/<int:operation_id>/undo", api.Undo.as_view(), name="api_operation_undo"),
    path("operations/<int:operation_id>/redo", api.Redo.as_view(), name="api_operation_redo"),
]
