"""What works on this installation and what does not, part by part; shown by `manage.py doctor`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.checks import CheckMessage, Tags, run_checks
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from accounts import audit, rotation
from accounts.owned import owned_models
from banking import categoriser
from banking.categoriser.artefact import ModelUnavailable
from financeapp import health, heartbeat
from financeapp.checks import google_is_whole, pages_are_reached, rates_are_understood, secrets_are_strong
from notifications.channels import push

QUIET = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: whether it works, what was seen, and what helps."""

    part: str
    works: bool
    says: str
    mend: str = ""


def all_findings() -> list[Finding]:
    """Each part looked at; one that cannot even be looked at is a finding too.

    A part that lives in another one that does not work says so and no more: the other says how to mend it.
    """
    found: dict[str, Finding] = {}
    for part, look in PARTS.items():
        home = _home_of(part)
        missing = home in found and not found[home].works
        found[part] = Finding(part, False, f"cannot be seen without the {home}") if missing else _looked_at(part, look)
    return list(found.values())


def _home_of(part: str) -> str:
    """What must work for the part to be seen, or nothing."""
    if part in {"broker", "worker"}:
        return "cache" if settings.REDIS_URL and settings.CELERY_BROKER_URL == settings.REDIS_URL else ""
    if part in {"stored secrets", "audit log"}:
        return "migrations"
    return "database" if part in {"migrations", "database role", "row-level security"} else ""


def _looked_at(part: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except Exception as error:  # noqa: BLE001  the doctor goes on to the next part
        return Finding(part, works=False, says=f"could not be examined ({type(error).__name__}: {error})")


def secrets() -> Finding:
    if weak := list(secrets_are_strong()):
        return Finding("secrets", False, " ".join(str(w.msg) for w in weak), "; ".join(str(w.hint) for w in weak))
    return Finding("secrets", True, f"in place; {len(settings.ENCRYPTION_KEYS)} encryption key(s)")


def configuration() -> Finding:
    """The checks of a production installation; on a local machine there is nothing to ask."""
    found: list[CheckMessage] = [*pages_are_reached(), *google_is_whole(), *rates_are_understood()]
    if settings.LOCAL and not found:
        return Finding("settings", True, "a local installation; `check --deploy` names what production needs besides")
    if not settings.LOCAL:
        deploying = run_checks(tags=[Tags.security], include_deployment_checks=True)
        found = [m for m in (*deploying, *rates_are_understood()) if not m.is_silenced()]
    if found:
        return Finding("settings", False, " ".join(str(m.msg) for m in found), "; ".join(str(m.hint) for m in found))
    return Finding("settings", True, "complete")


def database() -> Finding:
    try:
        health.check_database()
    except DatabaseError as error:
        mend = f"start it, or correct DATABASE_URL, for which `psql` must work too ({_wording(error)})"
        if connection.vendor == "sqlite":
            mend = f"look at the disk and the rights of {settings.DATABASES['default']['NAME']} ({_wording(error)})"
        return Finding("database", False, f"{connection.vendor} does not answer", mend)
    return Finding("database", True, f"{connection.vendor} answers")


def _wording(error: Exception) -> str:
    return " ".join(str(error).split())


def migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        return Finding("migrations", False, f"{missing} are still to be applied", "python manage.py migrate")
    return Finding("migrations", True, "all applied")


def role() -> Finding:
    if connection.vendor != "postgresql":
        return Finding("database role", True, "SQLite has none; books are kept apart by the application alone")
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, is_super, bypasses = cursor.fetchone()
    if is_super or bypasses:
        return Finding(
            "database role",
            False,
            f"{name} is not held by row-level security",
            f"ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS, as another superuser; docker/init.sql shows a role that fits",
        )
    return Finding("database role", True, f"{name} is held by row-level security")


def walls() -> Finding:
    """Row-level security, forced and with a policy, on every table that belongs to books."""
    if connection.vendor != "postgresql":
        return Finding("row-level security", True, "not to be had on SQLite")
    tables = {model._meta.db_table for model in owned_models()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid"
            " WHERE relrowsecurity AND relforcerowsecurity AND polname = 'book_wall'"
        )
        open_tables = sorted(tables - {name for (name,) in cursor.fetchall()})
    if open_tables:
        return Finding("row-level security", False, f"missing on {', '.join(open_tables)}", "python manage.py migrate")
    return Finding("row-level security", True, f"on all {len(tables)} tables of books")


def stored_secrets() -> Finding:
    """Whether the keys open what lies in the database, not only whether they look like keys."""
    closed = {table: count for table, count in rotation.unreadable() if count}
    if closed:
        tables = ", ".join(f"{count} of {table}" for table, count in closed.items())
        says = f"ENCRYPTION_KEYS does not open {tables}: linked banks and second factors there cannot be used"
        return Finding(
            "stored secrets", False, says, "add the keys that they lie under, from the copy of .env or local.env"
        )
    return Finding("stored secrets", True, "all open")


def audit_log() -> Finding:
    if forged := audit.tampered():
        says = f"events were changed or removed in {', '.join(forged[:5])}{' and more' if forged[5:] else ''}"
        mend = "name every key there ever was in ENCRYPTION_KEYS; if all are there, compare with a backup"
        return Finding("audit log", False, says, mend)
    return Finding("audit log", True, "whole: no event is changed or missing")


def cache() -> Finding:
    try:
        health.check_cache()
    except (OSError, RedisError) as error:
        mend = f"start it, or correct REDIS_URL, for which `redis-cli -u` must work too ({_wording(error)})"
        return Finding("cache", False, "Redis does not answer", mend)
    return Finding("cache", True, "Redis answers" if settings.REDIS_URL else "in the memory of each process")


def broker() -> Finding:
    try:
        health.check_broker()
    except (OSError, OperationalError) as error:
        return Finding(
            "broker", False, "does not answer", f"start it, or correct CELERY_BROKER_URL ({_wording(error)})"
        )
    return Finding("broker", True, "in this process" if settings.IN_PROCESS_WORKER else "answers")


def worker() -> Finding:
    seen = heartbeat.last()
    if seen is None or timezone.now() - seen > QUIET:
        mend = "script/server" if settings.IN_PROCESS_WORKER else "script/worker and script/worker beat"
        when = f"not since {seen:%Y-%m-%d %H:%M} UTC" if seen else "never yet"
        return Finding("worker", False, f"has given no sign of life, {when}", f"start {mend}; it shows within a minute")
    return Finding("worker", True, f"alive at {seen:%H:%M:%S} UTC")


def bank() -> Finding:
    if not (settings.PLAID_CLIENT_ID and settings.PLAID_SECRET):
        return Finding("bank", False, "PLAID_CLIENT_ID or PLAID_SECRET is missing", "see .env.example")
    if settings.PLAID_ENV == "production" and settings.PLAID_IS_SANDBOX_BANK:
        return Finding("bank", False, "PLAID_ENV is production but PLAID_HOST is this machine", "unset PLAID_HOST")
    name = "the sandbox bank" if settings.PLAID_IS_SANDBOX_BANK else f"Plaid ({settings.PLAID_ENV})"
    try:
        health.check_bank()
    except OSError:
        mend = "script/server starts it" if settings.PLAID_IS_SANDBOX_BANK else "check the network and PLAID_HOST"
        return Finding("bank", False, f"{name} does not answer at {settings.PLAID_HOST}", mend)
    return Finding("bank", True, f"{name} answers")


def model() -> Finding:
    try:
        categoriser.load(settings.CATEGORISER_DIR)
    except ModelUnavailable as error:
        return Finding(
            "categoriser", False, f"{error}; only rules and history work", "python manage.py train_categoriser"
        )
    return Finding("categoriser", True, "trained from the facts of this version")


def mail() -> Finding:
    if settings.EMAIL_BACKEND.startswith("accounts.outbox"):
        where = f"written to {settings.EMAIL_FILE_PATH} and the terminal"
        return Finding("mail", settings.LOCAL, where, "" if settings.LOCAL else "set SENDGRID_API_KEY or EMAIL_URL")
    if settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend"):
        return _mail_server()
    return Finding("mail", True, "sent by SendGrid")


def _mail_server() -> Finding:
    """Signs in there, and sends nothing."""
    place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with get_connection(timeout=5):
            return Finding("mail", True, f"sent by SMTP; {place} answers")
    except OSError as error:
        return Finding("mail", False, f"{place} takes no mail ({type(error).__name__})", "correct EMAIL_URL")


def texts() -> Finding:
    given = {name: bool(getattr(settings, name)) for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM")}
    if missing := [name for name, there in given.items() if not there]:
        half = len(missing) < len(given)
        return Finding("text messages", not half, f"off; {', '.join(missing)} not set", "set all three" if half else "")
    return Finding("text messages", True, f"sent by Twilio, at most {settings.SMS_PER_DAY} to one person in a day")


def pushes() -> Finding:
    if not settings.VAPID_PRIVATE_KEY:
        return Finding("pushes", True, "off; VAPID_PRIVATE_KEY not set")
    try:
        push.public_key()
    except ValueError as error:
        return Finding("pushes", False, "VAPID_PRIVATE_KEY is no key", f"see .env.example ({_wording(error)})")
    if not settings.VAPID_SUBJECT.startswith(("mailto:", "https:")):
        mend = "set VAPID_SUBJECT to mailto:you@example.com"
        return Finding("pushes", settings.LOCAL, "VAPID_SUBJECT is neither mailto: nor https:", mend)
    return Finding("pushes", True, "signed by VAPID_PRIVATE_KEY")


def charts() -> Finding:
    if not (settings.BASE_DIR / "static" / "vendor" / "chart.js").is_file():
        return Finding("charts", False, "the chart library is missing: tables only", "script/vendor")
    return Finding("charts", True, "in place")


PARTS: dict[str, Callable[[], Finding]] = {
    "secrets": secrets,
    "settings": configuration,
    "database": database,
    "migrations": migrations,
    "database role": role,
    "row-level security": walls,
    "stored secrets": stored_secrets,
    "audit log": audit_log,
    "cache": cache,
    "broker": broker,
    "worker": worker,
    "bank": bank,
    "categoriser": model,
    "mail": mail,
    "text messages": texts,
    "pushes": pushes,
    "charts": charts,
}
