#!/bin/sh
# Syncs and categorisation.
set -eu
export PROMETHEUS_MULTIPROC_DIR="${PROMETHEUS_MULTIPROC_DIR:-/tmp/metrics-worker}"
rm -rf "$PROMETHEUS_MULTIPROC_DIR" && mkdir -p "$PROMETHEUS_MULTIPROC_DIR"
exec celery --quiet -A financeapp worker --concurrency "${WORKERS:-2}" --without-gossip --without-mingle
