from django.conf import settings
from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Cast, Concat


def name_callers(apps, schema_editor):
    keys = apps.get_model("accounts", "IdempotencyKey")
    keys.objects.update(caller=Concat(Value("user:"), Cast("user_id", models.CharField())))


def forget_strangers(apps, schema_editor):
    apps.get_model("accounts", "IdempotencyKey").objects.filter(user=None).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_sign_in_and_audit")]

    operations = [
        migrations.AddField("idempotencykey", "caller", models.CharField(default="", max_length=80), preserve_default=False),
        migrations.AlterField(
            "idempotencykey",
            "user",
            models.ForeignKey(
                null=True, on_delete=models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.RunPython(name_callers, forget_strangers),
        migrations.RemoveConstraint("idempotencykey", "one_answer_per_key"),
        migrations.AddConstraint(
            "idempotencykey", models.UniqueConstraint(fields=["caller", "key"], name="one_answer_per_key")
        ),
    ]
