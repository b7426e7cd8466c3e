from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('budgeting', '0002_recurring'),
    ]

    operations = [
        migrations.AddField(
            model_name='recurringitem',
            name='trial_ends_on',
            field=models.DateField(blank=True, null=True, verbose_name='trial ends on'),
        ),
    ]
