"""Receipts over the API."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import BookView
from banking import actions, queries, vault
from banking.api.refusing import CONFLICT, told
from banking.models import Attachment, AttachmentKind
from banking.serving import served


class AttachmentShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    transaction_id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(AttachmentKind.choices, help_text="What it is by its content.")
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()
    created_at = serializers.DateTimeField()


class AttachmentListShape(serializers.Serializer[Any]):
    results = AttachmentShape(many=True)


class AttachmentInput(serializers.Serializer[Any]):
    """An image (JPEG, PNG, WebP, HEIC) or a PDF, as the part `file` of a form."""

    file = serializers.FileField()


def shape(row: Attachment) -> dict[str, Any]:
    """As AttachmentShape."""
    return {
        "id": row.pk,
        "transaction_id": row.transaction_id,
        "name": row.name,
        "kind": row.kind,
        "size": row.size,
        "sha256": row.sha256,
        "created_at": row.created_at,
    }


class AttachmentList(BookView):
    """What is kept with a transaction."""

    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="attachment_list", responses=AttachmentListShape)
    def get(self, request: Request, pk: int) -> Response:
        self._transaction(pk)
        found = queries.attachments(book=self.book, transaction_id=pk)
        return Response({"results": [shape(row) for row in found]})

    @extend_schema(request={"multipart/form-data": AttachmentInput}, responses={201: AttachmentShape, 409: CONFLICT})
    def post(self, request: Request, pk: int) -> Response:
        """Add a file: the part `file` of a form."""
        self._transaction(pk)
        sent = request.FILES.getlist("file")
        if len(sent) != 1:
            raise ValidationError({"file": [_("Send one file, as the part “file” of a form.")]})
        with told():
            row = actions.attach(
                book=self.book,
                by=self.user,
                pk=pk,
                name=sent[0].name or "",
                content=sent[0].read(),
                now=timezone.now(),
            )
        return Response(shape(row), status=status.HTTP_201_CREATED)

    def _transaction(self, pk: int) -> None:
        """404 where there is no such row, before a body is looked at."""
        with told():
            queries.plain_transaction(book=self.book, pk=pk)


class AttachmentDetail(BookView):
    """One receipt."""

    @extend_schema(
        operation_id="attachment_retrieve", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The file itself; its kind is in `Content-Type`."""
        with told():
            row = queries.attachment(book=self.book, pk=pk)
        try:
            return served(row)
        except vault.Gone as error:
            raise NotFound(_("This file can no longer be read.")) from error

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Remove it; for 30 days this can be taken back."""
        with told():
            actions.detach(book=self.book, by=self.user, pk=pk, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
