"""What a worker did can be found by the id of the request that asked for it."""

import threading

import pytest
from celery import shared_task
from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars, get_contextvars

from financeapp.logs import request_id
from financeapp.worker import working

pytestmark = pytest.mark.django_db(transaction=True)
seen, done = [], threading.Event()


@shared_task(name="test.look")
def look(*, further):
    seen.append(dict(get_contextvars()))
    if further:
        look.delay(further=further - 1)
    else:
        done.set()


@pytest.fixture(autouse=True)
def _nothing_seen():
    seen.clear()
    done.clear()
    clear_contextvars()
    yield
    clear_contextvars()


def test_a_run_and_what_it_asks_for_carry_the_id_of_the_request():
    with working(clock=False):
        with bound_contextvars(request_id="mobile-12345678"):
            look.delay(further=1)
        assert done.wait(10)
    assert [each["request_id"] for each in seen] == ["mobile-12345678"] * 2
    assert {each["task"] for each in seen} == {"test.look"}
    assert len({each["task_id"] for each in seen}) == 2


def test_a_run_of_the_timetable_has_an_id_of_its_own():
    with working(clock=False):
        for _ in range(2):
            done.clear()
            look.delay(further=0)
            assert done.wait(10)
    assert len({each["request_id"] for each in seen}) == 2
    assert all(len(each["request_id"]) == 24 for each in seen)


def test_the_request_keeps_its_own_id():
    bind_contextvars(request_id="mobile-12345678")
    look.apply(kwargs={"further": 0})
    assert request_id() == "mobile-12345678"
    assert "task" not in get_contextvars()
