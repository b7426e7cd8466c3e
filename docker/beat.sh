#!/bin/sh
# The timetable. Run exactly one.
set -eu
exec celery -A financeapp beat --schedule /tmp/beat
