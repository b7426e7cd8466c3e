#!/bin/sh
# Pages and API under a WSGI server.
set -eu
export PROMETHEUS_MULTIPROC_DIR="${PROMETHEUS_MULTIPROC_DIR:-/tmp/metrics-web}"
rm -rf "$PROMETHEUS_MULTIPROC_DIR" && mkdir -p "$PROMETHEUS_MULTIPROC_DIR"
exec granian --interface wsgi --host 0.0.0.0 --port "${PORT:-8000}" --workers "${WEB_WORKERS:-2}" \
  --blocking-threads "${WEB_THREADS:-4}" --no-access-log --no-ws --log-level warning financeapp.wsgi:application
