"""Budgets, and what comes again."""

from django.apps import AppConfig


class BudgetingConfig(AppConfig):
    name = "budgeting"

    def ready(self) -> None:
        from banking import forgetting
        from banking.signals import connection_synced
        from budgeting import news, news_ahead, receivers, telling, words
        from budgeting.actions.finding_recurring import learned_from
        from journal import keeping, listening, wording
        from notifications import rules

        listening.register(telling.pages)
        wording.register(kinds=words.KINDS, verbs=words.VERBS, nouns=words.NOUNS)
        connection_synced.connect(receivers.look_for_recurring, dispatch_uid="budgeting.look_for_recurring")
        forgetting.register(learned_from)
        for kind, find in news.FINDS.items():
            rules.register(kind, find)
        rules.register("low_balance", news_ahead.low_balances)
        keeping.lets_go.add("budgeting.RecurringItem")
