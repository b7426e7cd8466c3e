from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from accounts import outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path):
    settings.EMAIL_BACKEND = outbox.BACKEND
    settings.EMAIL_FILE_PATH = str(tmp_path)
    settings.LOCAL = True
    return tmp_path


def send(subject="Confirm <b>it</b>", body="Here: http://localhost:8000/auth/confirm-email/abc/"):
    message = EmailMultiAlternatives(subject, body, "no-reply@localhost", ["ann@example.com"])
    message.attach_alternative("<p>html</p>", "text/html")
    outbox.FileAndConsoleBackend().send_messages([message])


def test_mail_is_printed_plainly_and_kept(folder, capsys):
    send()
    assert "http://localhost:8000/auth/confirm-email/abc/" in capsys.readouterr().out
    kept = outbox.letters()
    assert [(mail.to, mail.subject) for mail in kept] == [("ann@example.com", "Confirm <b>it</b>")]


def test_of_news_only_the_address_is_printed(folder, capsys, settings):
    body = f"Rent\n$950.00 is expected.\n{settings.SITE_URL}/notifications/7\n"
    headers = {"List-Unsubscribe": "<http://localhost/unsubscribe/x>"}
    news = EmailMultiAlternatives("Rent is due", body, "no-reply@localhost", ["ann@example.com"], headers=headers)
    outbox.FileAndConsoleBackend().send_messages([news])
    printed = capsys.readouterr().out
    assert "950" not in printed
    assert all(each in printed for each in ("ann@example.com", "Rent is due", f"{settings.SITE_URL}/notifications/7"))


def test_mails_are_kept_for_a_week(folder, capsys):
    send()
    (folder / "other.eml").write_text("not ours")
    now = timezone.now()
    assert (outbox.forget(now=now + timedelta(days=6)), outbox.forget(now=now + timedelta(days=8))) == (0, 1)
    assert (outbox.letters(), (folder / "other.eml").exists()) == ([], True)


def test_newcomer_finds_and_opens_the_link(folder, client, capsys):
    form = {"email": "ann@example.com", "password1": "correct horse battery", "name": "Ann"}
    sent = client.post("/auth/signup/", form, follow=True).content.decode()
    assert "Open the mails of this machine" in sent
    name = outbox.letters()[0].name
    assert f"/settings/outbox/{name}" in client.get("/settings/outbox").content.decode()
    page = client.get(f"/settings/outbox/{name}").content.decode()
    assert 'href="http://testserver/auth/confirm-email/' in page


def test_mail_cannot_bring_markup(folder, client, capsys):
    send(body="<script>alert(1)</script>")
    name = outbox.letters()[0].name
    assert "<script>alert" not in client.get(f"/settings/outbox/{name}").content.decode()
    assert "<b>it</b>" not in client.get("/settings/outbox").content.decode()


@pytest.mark.parametrize("name", ["..%2f..%2flocal.env", "local.env", "x.eml", "20260101-000000-000000-0.eml"])
def test_no_other_file_can_be_read(folder, client, name):
    (folder / "x.eml").write_text("secret")
    assert client.get(f"/settings/outbox/{name}").status_code == 404


def test_others_get_404(folder, client, settings, capsys):
    send()
    assert client.get("/settings/outbox").status_code == 200
    assert client.get("/settings/outbox", REMOTE_ADDR="10.0.0.9").status_code == 404
    assert client.get("/settings/outbox", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    settings.LOCAL = False
    assert client.get("/settings/outbox").status_code == 404
    settings.LOCAL = True
    settings.EMAIL_BACKEND = f"{EmailBackend.__module__}.EmailBackend"
    assert client.get("/settings/outbox").status_code == 404
