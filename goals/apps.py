"""Goals: what is saved for, and debts that are paid off."""

from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "goals"

    def ready(self) -> None:
        from banking import forgetting
        from goals import keeping, news, telling, words
        from goals.queries.marking import marks_of
        from journal import keeping as undoing
        from journal import listening, wording
        from notifications import rules

        listening.register(telling.pages)
        wording.register(kinds=words.KINDS, verbs=words.VERBS, nouns=words.NOUNS)
        forgetting.register(marks_of)
        undoing.register(keeping.ledgers_kept)
        undoing.register(keeping.accounts_kept)
        for kind, find in news.FINDS.items():
            rules.register(kind, find)
