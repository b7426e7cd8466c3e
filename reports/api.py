"""The dashboard's numbers over the API: the same figures from the same queries as the page."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import arrange_dashboard
from accounts.models import Role
from accounts.rest import BookView
from accounts.strict import StrictSerializer
from reports import queries, shapes
from reports.widgets import CHOICES, WIDGETS, Layout, layout_of


class LayoutShape(StrictSerializer):
    """Every widget of the dashboard once, in order, and those of which the title alone is shown."""

    widgets = serializers.ListField(child=serializers.ChoiceField(CHOICES), max_length=len(WIDGETS))
    folded = serializers.ListField(child=serializers.ChoiceField(CHOICES), max_length=len(WIDGETS))

    def validate_widgets(self, widgets: list[str]) -> list[str]:
        if sorted(widgets) != sorted(WIDGETS):
            raise serializers.ValidationError(_("Name each of these once: %(names)s.") % {"names": ", ".join(WIDGETS)})
        return widgets


class DashboardSummary(BookView):
    """Everything on the dashboard."""

    @extend_schema(operation_id="dashboard_summary", responses=shapes.SummaryShape)
    def get(self, request: Request) -> Response:
        found = queries.dashboard(book=self.book, today=self.today)
        return Response(shapes.summary(found))


class FinancialOverview(BookView):
    """Net worth, assets and liabilities now."""

    @extend_schema(operation_id="financial_overview", responses=shapes.OverviewShape)
    def get(self, request: Request) -> Response:
        return Response(shapes.overview(queries.overview(book=self.book, today=self.today)))


class DashboardLayout(BookView):
    """GET, PUT: how this person arranged the dashboard of this book."""

    role = Role.VIEWER

    @extend_schema(operation_id="dashboard_layout_retrieve", responses=LayoutShape)
    def get(self, request: Request) -> Response:
        return Response(layout_of(self.membership.dashboard).kept())

    @extend_schema(operation_id="dashboard_layout_update", request=LayoutShape, responses=LayoutShape)
    def put(self, request: Request) -> Response:
        given = LayoutShape(data=request.data)
        given.is_valid(raise_exception=True)
        layout = Layout(tuple(given.validated_data["widgets"]), frozenset(given.validated_data["folded"]))
        return Response(arrange_dashboard(membership=self.membership, change=lambda _kept: layout.kept()))
