"""Worker processes that are killed and come back at once."""

import os
import random
import signal
import sys
import threading
import traceback
from collections.abc import Callable

from banking.tests.dying import load_the_model
from financeapp.celery import app
from financeapp.worker import working

SWEEP_SECONDS = 0.5


class Nursery:
    """Keeps `count` worker processes alive. Make it before the first thread and the first query: it forks."""

    def __init__(self, count: int, seed: int) -> None:
        app.conf.beat_schedule["sweep-unfinished"]["schedule"] = SWEEP_SECONDS
        load_the_model()
        sys.stdout.flush()
        orders, self._orders = os.pipe()
        self._keeper = _forked(lambda: self._keep(count, orders, seed))
        os.close(orders)

    def _keep(self, count: int, orders: int, seed: int) -> None:
        os.close(self._orders)
        _keep(count, orders, random.Random(seed))

    def kill(self, how_many: int) -> None:
        """That many of them, by SIGKILL."""
        os.write(self._orders, bytes([how_many]))

    def close(self) -> None:
        """End them all."""
        os.close(self._orders)
        os.waitpid(self._keeper, 0)


def _keep(count: int, orders: int, dice: random.Random) -> None:
    """Each byte that is read is an order to kill so many; nothing more to read is the end."""
    alive = [_born(orders) for _ in range(count)]
    while order := os.read(orders, 1):
        for _ in range(min(order[0], count)):
            _kill(alive.pop(dice.randrange(len(alive))))
        alive += [_born(orders) for _ in range(count - len(alive))]
    for pid in alive:
        _kill(pid)


def _forked(work: Callable[[], None]) -> int:
    """Do it in a fork, which must not return into the program that it was forked from; its id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    except BaseException:  # noqa: BLE001  whatever it is, it ends here
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _born(orders: int) -> int:
    def work() -> None:
        os.close(orders)
        with working(clock=True):
            threading.Event().wait()

    return _forked(work)
