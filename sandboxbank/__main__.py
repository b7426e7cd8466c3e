"""`python -m sandboxbank`: serve the pretend bank until interrupted."""

import argparse
import sys
from datetime import date

from sandboxbank.options import CONTROL_SECRET, Refused
from sandboxbank.server import make_server


def main(arguments: list[str] | None = None) -> int:
    """Serve; 2 when the surroundings are not a sandbox."""
    given = _parser().parse_args(arguments)
    try:
        server = make_server(
            host=given.host, port=given.port, db=given.db, seed=given.seed, today=given.today,
            history_days=given.history_days, control_secret=given.control_secret, public_url=given.public_url,
            initial_seconds=given.initial_seconds, historical_seconds=given.historical_seconds,
            retry_seconds=given.retry_seconds, rate_limits=given.rate_limits,
        )  # fmt: skip
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 2
    print(f"Pretend bank on {server.url}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandboxbank", description="A pretend bank that speaks Plaid.")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument("--port", type=int, default=8010)
    parser.add_argument("--db", default="sandbox.sqlite3", help="the bank's own SQLite file")
    parser.add_argument("--seed", type=int, default=7, help="same seed, same lives")
    parser.add_argument("--today", type=date.fromisoformat, help="fix the bank's day (YYYY-MM-DD)")
    parser.add_argument("--history-days", type=int, default=730)
    parser.add_argument("--control-secret", default=CONTROL_SECRET, help="value of the X-Control-Secret header")
    parser.add_argument("--public-url", default="", help="address that browsers use; default: the request's Host")
    parser.add_argument("--initial-seconds", type=float, default=0.2, help="until the first 30 days are there")
    parser.add_argument("--historical-seconds", type=float, default=0.6, help="until the whole history is there")
    parser.add_argument("--retry-seconds", type=float, default=30.0, help="first pause before a webhook comes again")
    parser.add_argument("--rate-limits", action="store_true", help="apply the published rate limits")
    return parser


if __name__ == "__main__":
    sys.exit(main())
