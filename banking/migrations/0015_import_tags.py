from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("banking", "0014_trash"),
    ]

    operations = [
        migrations.AddField("import", "groups", models.JSONField(blank=True, default=dict)),
        migrations.AddField("importrow", "tags", models.JSONField(blank=True, default=list)),
    ]
