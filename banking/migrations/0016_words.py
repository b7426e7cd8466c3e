"""The words of every book's wordings, learned from the rows that are there; and notes are found without their rows."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.books import everywhere
from accounts.owned import WallOff
from banking.wordings import AT_ONCE, words_in


def learn(apps, schema_editor):
    rows, word = apps.get_model("banking", "Transaction").objects.order_by(), apps.get_model("banking", "Word")
    with everywhere("the migration reads the wordings of all books"):
        for book_id in rows.values_list("book", flat=True).distinct():
            texts = rows.filter(book=book_id).values_list("description", flat=True).iterator(AT_ONCE)
            words = [word(book_id=book_id, text=text) for text in sorted(words_in(texts))]
            word.objects.bulk_create(words, batch_size=AT_ONCE)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0005_plurals"),
        ("banking", "0015_import_tags"),
    ]

    operations = [
        migrations.CreateModel(
            name="Word",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=80)),
                (
                    "book",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.book",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("book", "text"), name="one_word_once")],
            },
        ),
        WallOff("Word"),
        migrations.RunPython(learn, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="transaction",
            index=models.Index(
                condition=models.Q(("note__gt", "")), fields=["book", "-day", "-id"], name="transaction_noted"
            ),
        ),
    ]
