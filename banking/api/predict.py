"""Asking the categoriser."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.plain import plain_text
from accounts.rest import BookView
from accounts.strict import StrictSerializer
from banking import queries
from banking.api.amounts import AmountInput
from banking.models import EvidenceSource


class PredictionInput(StrictSerializer):
    """What is known of a transaction; an amount is negative for money out, which is assumed without one."""

    description = serializers.CharField(max_length=500, validators=[plain_text])
    merchant = serializers.CharField(
        max_length=120, required=False, allow_blank=True, allow_null=True, validators=[plain_text]
    )
    amount = AmountInput(required=False, default=Decimal(-1))


class CandidateShape(serializers.Serializer[Any]):
    category_id = serializers.IntegerField()
    category = serializers.CharField()
    confidence = serializers.FloatField(help_text="From 0 to 1.")
    category_source = serializers.ChoiceField(EvidenceSource.choices)
    reason = serializers.CharField()


class PredictionShape(serializers.Serializer[Any]):
    """Where it would be filed, and the best three. Not sure enough: Uncategorized, with the best one first in `top`."""

    category_id = serializers.IntegerField()
    category = serializers.CharField()
    confidence = serializers.FloatField()
    category_source = serializers.ChoiceField(EvidenceSource.choices)
    reason = serializers.CharField()
    top = CandidateShape(many=True)


class PredictCategory(BookView):
    """Which category a transaction belongs to, by your rules, your history and the model."""

    role = "viewer"

    @extend_schema(request=PredictionInput, responses=PredictionShape)
    def post(self, request: Request) -> Response:
        body = PredictionInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        found = queries.prediction(
            book=self.book,
            description=given["description"],
            merchant=given.get("merchant") or "",
            amount=given["amount"],
        )
        return Response(_shape(found))


def _shape(found: queries.Prediction) -> dict[str, Any]:
    return {**_candidate(found.filed), "top": [_candidate(each) for each in found.top]}


def _candidate(found: queries.Candidate) -> dict[str, Any]:
    return {
        "category_id": found.category_id,
        "category": found.name,
        "confidence": round(found.confidence, 4),
        "category_source": found.source,
        "reason": found.reason,
    }
