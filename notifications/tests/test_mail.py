"""E-mails go out by SMTP and by SendGrid, each once, and are turned off without signing in."""

import json
from datetime import time, timedelta

import pytest

from accounts.books import entered
from accounts.models import Membership
from accounts.tests.factories import NOW
from notifications.actions import choose
from notifications.actions.delivering import WAITS
from notifications.actions.preferring import Choosing
from notifications.tests.delivering import deliver_due, states, the_delivery
from notifications.tests.factories import make_event, tell_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(seconds=1)


@pytest.fixture
def told(cast, only):
    """`told(*events)`: alice alone is told by e-mail."""
    Membership.objects.exclude(user=cast.alice.user).filter(book=cast.book).delete()
    only(cast.alice.user, "email")

    def told(*events, **more):
        with entered(cast.book):
            return tell_of(cast.book, *(events or [make_event()]), **more)

    return told


def parts(letter):
    return {part.get_content_type(): part.get_content() for part in letter.walk() if not part.is_multipart()}


def test_a_mail_goes_out_by_smtp(told, cast, mail_server):
    told()
    assert deliver_due(cast.book, now=LATER) == 1
    [letter] = mail_server.letters
    assert (letter["To"], letter["Subject"]) == ("alice@example.com", "Rent is due")
    assert {"text/plain", "text/html"} == parts(letter).keys()
    assert all("$950.00 is expected." in text for text in parts(letter).values())
    assert deliver_due(cast.book, now=LATER) == 0
    assert (len(mail_server.letters), states()) == (1, ["sent"])


def test_a_mail_goes_out_by_sendgrid(told, cast, sendgrid):
    told()
    deliver_due(cast.book, now=LATER)
    [(path, headers, _body)], [sent] = sendgrid.requests, sendgrid.taken
    assert (path, headers["Authorization"]) == ("/v3/mail/send", "Bearer SG.key")
    assert sent["personalizations"][0]["to"] == [{"email": "alice@example.com"}]
    assert sent["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert states() == ["sent"]


def test_what_a_bank_wrote_makes_no_markup(told, cast, mail_server):
    told(make_event(title="<b>Rent</b>\r\nBcc: x@example.com"))
    deliver_due(cast.book, now=LATER)
    [letter] = mail_server.letters
    assert letter["Bcc"] is None
    assert "&lt;b&gt;Rent&lt;/b&gt;" in parts(letter)["text/html"]


def test_a_failed_mail_is_tried_again_under_the_same_id_and_later_given_up(told, cast, sendgrid):
    told()
    moment = LATER
    for wait in [*WAITS, None]:
        sendgrid.answers = [503]
        assert deliver_due(cast.book, now=moment) == 0
        assert deliver_due(cast.book, now=moment) == 0
        moment += wait or timedelta(days=30)
    assert states() == ["failed"]
    assert len(sendgrid.requests) == len(WAITS) + 1
    sent = [json.loads(body) for _path, _headers, body in sendgrid.requests]
    assert len({(each["headers"]["Message-ID"], each["custom_args"]["delivery"]) for each in sent}) == 1
    assert deliver_due(cast.book, now=moment) == 0


def test_a_refusal_for_good_is_not_tried_again(told, cast, mail_server):
    mail_server.refusal = "550 no such person"
    told()
    assert deliver_due(cast.book, now=LATER) == 0
    assert (states(), the_delivery().error) == (["failed"], "SMTP [550]")


@pytest.mark.parametrize("trouble", [{"MAIL": "550 who are you"}, {"DATA": "554 no more today"}])
def test_trouble_between_the_servers_is_tried_again(told, cast, mail_server, trouble):
    mail_server.trouble = trouble
    told()
    deliver_due(cast.book, now=LATER)
    mail_server.trouble = {}
    assert deliver_due(cast.book, now=LATER + WAITS[0]) == 1


def test_a_relay_that_asks_for_a_password_is_tried_again(told, cast, mail_server, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "us", "wrong"
    told()
    deliver_due(cast.book, now=LATER)
    assert states() == ["pending"]


@pytest.mark.parametrize(("status", "state"), [(401, "pending"), (403, "pending"), (408, "pending"), (400, "failed")])
def test_sendgrid_refuses_the_letter_or_us(told, cast, sendgrid, status, state):
    sendgrid.answers = [status]
    told()
    deliver_due(cast.book, now=LATER)
    assert states() == [state]


def test_one_that_fails_holds_up_no_other(told, cast, sendgrid):
    told(make_event(title="First"), make_event(title="Second"))
    sendgrid.answers = [500]
    assert deliver_due(cast.book, now=LATER) == 1
    assert states() == ["pending", "sent"]


def test_a_server_that_is_down_is_asked_later(told, cast, mail_server, settings):
    settings.EMAIL_PORT = 1
    told()
    assert deliver_due(cast.book, now=LATER) == 0
    assert (states(), the_delivery().next_at) == (["pending"], LATER + WAITS[0])


def test_mails_of_a_day_are_collected_into_one(told, cast, mail_server):
    choose(user=cast.alice.user, manner={"digest": "daily"})
    told(make_event(title="First"))
    told(make_event(title="Second"), now=NOW + timedelta(hours=3))
    assert deliver_due(cast.book, now=NOW + timedelta(hours=19)) == 0
    assert deliver_due(cast.book, now=NOW + timedelta(hours=20)) == 1  # 8 o'clock
    [letter] = mail_server.letters
    assert letter["Subject"] == "2 things in Alice's book"
    assert all(word in parts(letter)["text/plain"] for word in ("First", "Second"))
    assert states() == ["sent", "sent"]


def test_what_is_urgent_waits_for_no_digest(told, cast, mail_server, only):
    only(cast.alice.user, "email", kind="connection")
    choose(user=cast.alice.user, manner={"digest": "weekly"})
    told(kind="connection")
    assert deliver_due(cast.book, now=LATER) == 1


def test_quiet_hours_are_waited_for(told, cast, mail_server):
    choose(user=cast.alice.user, manner={"quiet_from": time(12), "quiet_until": time(13)})
    told()
    assert deliver_due(cast.book, now=NOW + timedelta(minutes=59)) == 0
    assert deliver_due(cast.book, now=NOW + timedelta(minutes=60)) == 1


@pytest.mark.parametrize("change", ["off", "left", "closed"])
def test_who_wants_or_may_no_more_is_sent_nothing(told, cast, mail_server, change):
    told()
    if change == "off":
        choose(user=cast.alice.user, choices=[Choosing("bill_due", "email", on=False)])
    elif change == "left":
        Membership.objects.filter(user=cast.alice.user).delete()
    else:
        cast.alice.user.is_active = False
        cast.alice.user.save()
    assert deliver_due(cast.book, now=LATER) == 0
    assert (mail_server.letters, states()) == ([], ["left_out"])


def test_a_mail_program_turns_it_off_with_one_click(told, cast, mail_server, client, settings):
    told()
    deliver_due(cast.book, now=LATER)
    [letter] = mail_server.letters
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = letter["List-Unsubscribe"].strip().strip("<>").removeprefix(settings.SITE_URL)
    assert "Stop them" in client.get(address).content.decode()
    told()
    assert deliver_due(cast.book, now=LATER) == 1
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    told()
    assert deliver_due(cast.book, now=LATER) == 0
    told(kind="bill_missed")
    assert deliver_due(cast.book, now=LATER) == 1


def test_a_link_that_was_changed_does_nothing(client, told, cast, mail_server):
    assert client.post("/unsubscribe/made-up").status_code == 404
