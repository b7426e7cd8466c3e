"""Connections, accounts, transactions and categories."""

from django.apps import AppConfig
from django.conf import settings


class BankingConfig(AppConfig):
    name = "banking"

    def ready(self) -> None:
        from accounts import opening, rotation
        from banking import depends, keeping, news, nouns, receivers, telling, vault, words
        from banking.actions.categories import seed_categories
        from banking.actions.reverting import take_back_import
        from banking.models import Attachment
        from banking.providers import registry
        from banking.providers.plaid import PlaidSettings
        from banking.signals import connection_synced
        from journal import keeping as undoing
        from journal import listening, wording
        from notifications import rules

        opening.register(seed_categories)
        rotation.register(rotation.Kept(Attachment, vault.secrets_of, vault.keep))
        listening.register(telling.pages)
        connection_synced.connect(receivers.look_for_matches, dispatch_uid="banking.look_for_matches")
        connection_synced.connect(receivers.look_for_news, dispatch_uid="banking.look_for_news")
        for kind, find in news.FINDS.items():
            rules.register(kind, find)
        follows, used_by_many = ("banking.DayTotal", "banking.MonthTotal"), ("banking.Merchant", "banking.Tag")
        undoing.register(
            keeping.totals_kept,
            follows=follows,
            used_by_many=used_by_many,
            made_beside=("banking.Category",),
            telling=("banking.RuleRun",),
        )
        undoing.register(keeping.words_kept, follows=("banking.Word",))
        undoing.register(keeping.splits_kept)
        undoing.register(keeping.timetable_kept)
        undoing.register(keeping.questions_kept)
        undoing.register(keeping.receipts_kept)
        for keeper in (depends.ties_kept, depends.carried_kept, depends.names_kept, depends.merchants_kept):
            undoing.register(keeper)
        undoing.register_mentions("banking.Category", depends.mentions_of_categories)
        undoing.register_mentions("banking.Account", depends.mentions_of_accounts)
        undoing.ways["import"] = take_back_import
        wording.register(kinds=words.KINDS, verbs=words.VERBS, nouns=nouns.NOUNS)
        registry.configure(
            PlaidSettings(
                host=settings.PLAID_HOST,
                client_id=settings.PLAID_CLIENT_ID,
                secret=settings.PLAID_SECRET,
                client_name=settings.SITE_NAME,
                webhook_url=settings.PLAID_WEBHOOK_URL,
                language=settings.PLAID_LANGUAGE,
                countries=tuple(settings.PLAID_COUNTRY_CODES),
                products=tuple(settings.PLAID_PRODUCTS),
                days=settings.PLAID_DAYS_REQUESTED,
            )
        )
