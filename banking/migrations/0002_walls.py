from django.db import migrations

from accounts.owned import WallOff


class Migration(migrations.Migration):
    dependencies = [("banking", "0001_initial")]

    operations = [
        WallOff("Category"),
        WallOff("Merchant"),
        WallOff("Tag"),
        WallOff("Rule"),
        WallOff("Connection"),
        WallOff("LinkSession"),
        WallOff("Account"),
        WallOff("Sync"),
        WallOff("Transaction"),
        WallOff("TransactionTag"),
        WallOff("DayTotal"),
        WallOff("MonthTotal"),
    ]
