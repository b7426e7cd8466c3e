import json

from django.db import migrations, models

from accounts import audit, sealed


def seal(apps, schema_editor):
    """What was written before there were seals is vouched for as it is now; answers kept for a day are encrypted."""
    chains = apps.get_model("accounts", "AuditChain")
    for chain in chains.objects.iterator():
        chain.seal = audit.seal_of(chain.name, chain.digest)
        chain.save(update_fields=["seal"])
    keys = apps.get_model("accounts", "IdempotencyKey")
    for key in keys.objects.exclude(status=None).iterator():
        key.answer = sealed.seal(json.dumps(key.answer), identity=f"accounts_idempotencykey:{key.caller}:{key.key}")
        key.save(update_fields=["answer"])


def forget(apps, schema_editor):
    """The code before this cannot read them."""
    apps.get_model("accounts", "IdempotencyKey").objects.exclude(status=None).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_keys_of_callers")]

    operations = [
        migrations.AddField("auditchain", "seal", models.CharField(blank=True, default="", max_length=64), preserve_default=False),
        migrations.RunPython(seal, forget),
    ]
