"""The JSON shapes of connections, link sessions and syncs."""

from rest_framework import serializers

from accounts.strict import StrictSerializer
from banking.models import Connection, Sync


class LinkToken(serializers.Serializer[object]):
    """An open link session. Send the person to `hosted_link_url`, then exchange `link_token`."""

    link_token = serializers.CharField(source="session.token")
    hosted_link_url = serializers.URLField(source="url")
    expiration = serializers.DateTimeField(source="expires_at", allow_null=True)


class LinkRequest(StrictSerializer):
    """One of the two: the `link_token` of a finished link session, or the `public_token` that it gave."""

    link_token = serializers.CharField(max_length=200, required=False)
    public_token = serializers.CharField(max_length=200, required=False)

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        if len(attrs) != 1:
            raise serializers.ValidationError("Give either link_token or public_token.")
        return attrs


class ConnectRequest(StrictSerializer):
    """`provider_id` names the vendor; passwords are never taken here, the bank asks for them on its own page."""

    provider_id = serializers.CharField(max_length=20, default="plaid")


class SyncShape(serializers.ModelSerializer[Sync]):
    connection_id = serializers.IntegerField(read_only=True)
    records = serializers.IntegerField(read_only=True)
    duration_ms = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = Sync
        fields = [
            "id",
            "connection_id",
            "kind",
            "status",
            "added",
            "modified",
            "removed",
            "records",
            "error",
            "error_code",
            "request_id",
            "created_at",
            "started_at",
            "finished_at",
            "duration_ms",
        ]
        read_only_fields = fields


class ConnectionShape(serializers.ModelSerializer[Connection]):
    """A connection without its secret."""

    institution = serializers.CharField(source="institution.name", default="", read_only=True)
    account_ids = serializers.SerializerMethodField()

    class Meta:
        model = Connection
        fields = [
            "id",
            "provider",
            "institution",
            "status",
            "problem",
            "new_accounts",
            "complete",
            "sync_frequency_hours",
            "synced_at",
            "next_sync_at",
            "created_at",
            "account_ids",
        ]
        read_only_fields = fields

    def get_account_ids(self, row: Connection) -> list[int]:
        return [account.pk for account in row.accounts.all()]


class ConnectionsShape(serializers.Serializer[object]):
    results = ConnectionShape(many=True)


class SyncsShape(serializers.Serializer[object]):
    results = SyncShape(many=True)


class ConnectionChange(StrictSerializer):
    sync_frequency_hours = serializers.IntegerField(min_value=1, max_value=168)


class Linked(serializers.Serializer[object]):
    """The connection that was made or repaired, and the sync that reads it."""

    connection = ConnectionShape()
    sync = SyncShape()


class Queued(serializers.Serializer[object]):
    job_id = serializers.IntegerField(source="pk")
    status = serializers.CharField()
    sync = SyncShape(source="*")


class FinancialSyncRequest(StrictSerializer):
    """Which accounts to read anew; all of the book's when left out."""

    account_ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, max_length=200, allow_empty=False
    )


class FinancialSync(serializers.Serializer[object]):
    """`job_id` is the first of `syncs`; null where nothing is to be read: no bank is linked, or all wait for you."""

    job_id = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(["queued", "nothing_to_read"])
    syncs = SyncShape(many=True)
