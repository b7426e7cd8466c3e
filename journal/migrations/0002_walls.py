from django.db import migrations

from accounts.owned import WallOff


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [WallOff("Operation"), WallOff("Change")]
