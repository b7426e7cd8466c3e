#!/bin/sh
# WebSockets under an ASGI server.
set -eu
exec uvicorn --host 0.0.0.0 --port "${PORT:-8001}" --no-access-log --log-level warning --no-server-header --lifespan off --ws-max-size 4096 \
  --timeout-graceful-shutdown 5 financeapp.asgi:application
