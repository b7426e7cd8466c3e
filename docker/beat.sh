#!/bin/sh
# The timetable. Run exactly one.
set -eu
exec celery --quiet -A financeapp beat --schedule /tmp/beat
