"""Rules become conditions and actions, in an order of their own; those that are there keep meaning the same rows."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from accounts.books import everywhere
from accounts.owned import WallOff


def rewrite(apps, schema_editor):
    """The newest rule was tried first, and what it contains was looked for in merchant and description together."""
    Rule = apps.get_model("banking", "Rule")
    with everywhere("the migration rewrites the rules of all books"):
        places = {}
        rules = list(Rule.objects.order_by("book_id", "-id"))
        for rule in rules:
            places[rule.book_id] = rule.position = places.get(rule.book_id, 0) + 1
            rule.name = rule.contains
            rule.conditions = {"all": conditions_of(rule)}
        Rule.objects.bulk_update(rules, ["name", "position", "conditions"], batch_size=500)


def conditions_of(rule):
    found = [{"field": "text", "op": "contains", "value": rule.contains}]
    if rule.amount_min is not None or rule.amount_max is not None:
        ends = [None if each is None else format(each, "f") for each in (rule.amount_min, rule.amount_max)]
        found.append({"field": "amount", "op": "between", "value": ends})
    if rule.direction:
        found.append({"field": "direction", "op": "equals", "value": rule.direction})
    return found


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_plurals'),
        ('journal', '0002_walls'),
        ("banking", "0009_splits_and_refunds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField('rule', 'name', models.CharField(default='', max_length=120, verbose_name='name'), preserve_default=False),
        migrations.AddField('rule', 'position', models.IntegerField(default=0)),
        migrations.AddField('rule', 'active', models.BooleanField(default=True, verbose_name='on')),
        migrations.AddField('rule', 'stop', models.BooleanField(default=False, verbose_name='stop here')),
        migrations.AddField('rule', 'conditions', models.JSONField(default=dict), preserve_default=False),
        migrations.AddField('rule', 'actions', models.JSONField(blank=True, default=dict)),
        migrations.AlterField(
            model_name='rule',
            name='category',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='banking.category'),
        ),
        migrations.RunPython(rewrite),
        migrations.RemoveConstraint(model_name='rule', name='rule_says_what'),
        migrations.RemoveField(model_name='rule', name='contains'),
        migrations.RemoveField(model_name='rule', name='amount_min'),
        migrations.RemoveField(model_name='rule', name='amount_max'),
        migrations.RemoveField(model_name='rule', name='direction'),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='rule_has_a_name'),
        ),
        migrations.CreateModel(
            name='RuleRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=120)),
                ('status', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Running'), ('success', 'Done'), ('failed', 'Failed')], default='queued', max_length=8)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('looked_at', models.PositiveIntegerField(default=0)),
                ('matched', models.PositiveIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0)),
                ('kept', models.PositiveIntegerField(default=0)),
                ('unsplit', models.PositiveIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('heard_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.book')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('operation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='journal.operation')),
                ('rule', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='runs', to='banking.rule')),
            ],
            options={
                'indexes': [models.Index(fields=['book', '-id'], name='rule_run_by_book')],
            },
        ),
        migrations.CreateModel(
            name='DismissedSuggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('book', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.book')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=['book', 'key'], name='suggestion_dismissed_once')],
            },
        ),
        WallOff('RuleRun'),
        WallOff('DismissedSuggestion'),
    ]
