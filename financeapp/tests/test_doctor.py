"""`manage.py doctor` and the deploy checks name what is half configured."""

import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import AuditChain
from accounts.owned import owned_models
from financeapp import checks, diagnosis, heartbeat

pytestmark = pytest.mark.django_db


def ids(found):
    return {message.id for message in found}


def test_says_every_part(sandbox_bank):
    out = StringIO()
    with pytest.raises(CommandError, match="need attention"):
        call_command("doctor", stdout=out)
    for part in diagnosis.PARTS:
        assert f" {part}: " in out.getvalue()


def test_a_worker_shows_by_its_sign_of_life(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    assert not diagnosis.worker().works
    heartbeat.note(timezone.now() - timedelta(minutes=6))
    assert not diagnosis.worker().works
    heartbeat.note(timezone.now())
    assert diagnosis.worker().works


def test_a_bank_that_answers(sandbox_bank):
    assert diagnosis.bank().works


def test_a_bank_that_does_not(settings):
    settings.PLAID_HOST = "http://127.0.0.1:9"
    assert "does not answer" in diagnosis.bank().says


def test_a_forged_audit_log(cast):
    assert diagnosis.audit_log().works
    AuditChain.objects.filter(name=f"user:{cast.alice.user.pk}").update(seal="0" * 64)
    assert f"user:{cast.alice.user.pk}" in diagnosis.audit_log().says


def test_a_missing_model(settings, tmp_path):
    settings.CATEGORISER_DIR = tmp_path
    finding = diagnosis.model()
    assert not finding.works
    assert "train_categoriser" in finding.mend


def test_weak_secrets(settings):
    settings.SECRET_KEY = "short"
    settings.JWT_SIGNING_KEYS = ["short"]
    settings.ENCRYPTION_KEYS = ["k1:zz"]
    assert ids(checks.secrets_are_strong()) == {f"pocketpilot.E00{n}" for n in (1, 2, 3, 4)}
    assert not diagnosis.secrets().works


def test_production_against_a_pretend_bank(settings):
    settings.PLAID_ENV, settings.PLAID_HOST, settings.PLAID_IS_SANDBOX_BANK = "production", "http://127.0.0.1:1", True
    assert not diagnosis.bank().works


def test_production_against_another_host(settings):
    settings.PLAID_ENV, settings.PLAID_HOST, settings.PLAID_IS_SANDBOX_BANK = (
        "production",
        "http://plaid.example",
        False,
    )
    settings.PLAID_CLIENT_ID = settings.PLAID_SECRET = ""
    settings.PLAID_WEBHOOK_URL = "http://site.example/api/webhook/plaid"
    assert ids(checks.bank_is_real()) == {f"pocketpilot.E0{n}" for n in ("09", "10", "11", "12")}


def test_a_local_installation_is_no_production():
    found = ids(checks.production_settings())
    assert {"pocketpilot.E005", "pocketpilot.W003", "pocketpilot.W001"} <= found


def test_https_without_a_proxy_would_redirect_for_ever(settings):
    settings.SECURE_SSL_REDIRECT, settings.TRUSTED_PROXIES = True, 0
    assert "pocketpilot.E015" in ids(checks.production_settings())
    finding = diagnosis.configuration()
    assert not finding.works
    assert "redirects to itself" in finding.says
    settings.TRUSTED_PROXIES = 1
    assert "pocketpilot.E015" not in ids(checks.production_settings())
    assert diagnosis.configuration().works


def test_half_of_google(settings):
    settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET = "id", ""
    assert "pocketpilot.E014" in ids(checks.google_is_whole())
    assert "GOOGLE_CLIENT_SECRET" in diagnosis.configuration().says


def test_a_rate_that_is_none(settings):
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "auth": "ten"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    finding = diagnosis.configuration()
    assert not finding.works
    assert "THROTTLE_AUTH" in finding.says
    assert "pocketpilot.E016" in ids(run_checks())


def test_a_mail_server_that_does_not_answer(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    finding = diagnosis.mail()
    assert not finding.works
    assert "127.0.0.1:9" in finding.says


def test_what_is_down_is_said_once(settings):
    settings.REDIS_URL = settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": settings.REDIS_URL}
    }
    found = {finding.part: finding for finding in diagnosis.all_findings()}
    assert "REDIS_URL" in found["cache"].mend
    assert [found[part].says for part in ("broker", "worker")] == ["cannot be seen without the cache"] * 2


def command(**environment):
    """`manage.py doctor` in a process of its own, with nothing but these settings."""
    plain = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(
        [sys.executable, "manage.py", "doctor"],
        cwd=settings.BASE_DIR,
        env=plain,
        capture_output=True,
        text=True,
        timeout=60,
    )


SECRETS = {
    "SECRET_KEY": "for-a-test-" + "x1y2" * 15,
    "JWT_SIGNING_KEYS": "another-" + "z" * 40,
    "ENCRYPTION_KEYS": "k1:" + "ab" * 32,
}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL does not begin with postgres://"),
        ({"PLAID_ENV": "prod"}, "PLAID_ENV is none of local, sandbox, production"),
        ({"PORT": "abc"}, "PORT is not a whole number"),
        ({"EMAIL_URL": "nonsense"}, "EMAIL_URL is not like smtp"),
    ],
)
def test_a_setting_that_cannot_be_read_is_one_sentence(tmp_path, wrong, said):
    answer = command(VAR_DIR=str(tmp_path), **{**SECRETS, **wrong})
    assert answer.returncode == 1
    assert answer.stderr.startswith("PocketPilot is not set up: ")
    assert said in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_a_database_that_is_down_is_said_once(tmp_path):
    answer = command(VAR_DIR=str(tmp_path), **SECRETS, DATABASE_URL="postgres://pocketpilot@127.0.0.1:9/none")
    assert answer.stdout.count("Connection refused") == 1
    assert "correct DATABASE_URL" in answer.stdout
    assert "PROBLEM  migrations: cannot be seen without the database" in answer.stdout
    assert "PROBLEM  audit log: cannot be seen without the migrations" in answer.stdout


def test_a_broken_part_does_not_end_the_round(monkeypatch):
    def broken():
        raise ZeroDivisionError

    assert not diagnosis._looked_at("part", broken).works


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has row-level security")
class TestWalls:
    def test_the_role_of_the_suite_is_held_by_them(self):
        assert diagnosis.role().works

    def test_they_stand_on_every_table_of_books(self):
        assert diagnosis.walls().works

    def test_a_missing_one_is_named(self):
        table = owned_models()[0]._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
        assert table in diagnosis.walls().says


def test_texts_and_pushes(settings):
    assert all(finding.works and finding.says.startswith("off") for finding in (diagnosis.texts(), diagnosis.pushes()))
    settings.TWILIO_ACCOUNT_SID, settings.VAPID_PRIVATE_KEY = "AC1", "short"
    assert "pocketpilot.E017" in ids(checks.texts_are_whole())
    assert "TWILIO_FROM" in diagnosis.texts().says
    assert not diagnosis.pushes().works
    settings.TWILIO_AUTH_TOKEN, settings.TWILIO_FROM, settings.VAPID_PRIVATE_KEY = "t", "+15005550006", "AQ" * 21 + "A"
    assert diagnosis.texts().works
    assert diagnosis.pushes().works
