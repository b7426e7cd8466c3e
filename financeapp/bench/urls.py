"""The application's addresses and a view that does nothing but authenticate, to measure the others against."""

from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Bare(APIView):
    throttle_classes = ()
    schema = None

    def get(self, request: Request) -> Response:
        return Response({"user": request.user.pk})


urlpatterns = [path("bench/bare", Bare.as_view()), path("", include("financeapp.urls"))]
