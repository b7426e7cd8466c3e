"""Budgets."""

from django.apps import AppConfig


class BudgetingConfig(AppConfig):
    name = "budgeting"

    def ready(self) -> None:
        from budgeting import telling, words
        from journal import listening, wording

        listening.register(telling.pages)
        wording.register(kinds=words.KINDS, verbs=words.VERBS, nouns=words.NOUNS)
