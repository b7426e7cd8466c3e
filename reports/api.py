"""The dashboard's numbers over the API: the same figures from the same queries as the page."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import BookView
from reports import queries, shapes


class DashboardSummary(BookView):
    """Everything on the dashboard."""

    @extend_schema(operation_id="dashboard_summary", responses=shapes.SummaryShape)
    def get(self, request: Request) -> Response:
        found = queries.dashboard(book=self.book, today=self.book.today(timezone.now()))
        return Response(shapes.summary(found))


class FinancialOverview(BookView):
    """Net worth, assets and liabilities now."""

    @extend_schema(operation_id="financial_overview", responses=shapes.OverviewShape)
    def get(self, request: Request) -> Response:
        return Response(shapes.overview(queries.overview(book=self.book, today=self.book.today(timezone.now()))))
