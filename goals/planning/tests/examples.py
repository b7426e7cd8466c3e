"""How many examples the properties are tried with: `GOALS_EXAMPLES` times as many as by default."""

import os

from hypothesis import settings
from hypothesis import strategies as st

TIMES = int(os.environ.get("GOALS_EXAMPLES", "1"))
cents = st.decimals(0, 100_000, places=2)
some = st.decimals("0.01", 100_000, places=2)


def tried(count: int) -> settings:
    return settings(max_examples=count * TIMES, deadline=None, database=None)
