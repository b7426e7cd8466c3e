"""The one signal: a connection has been read and its changes are stored."""

from django.dispatch import Signal

connection_synced = Signal()
"""Sent after the commit with `book_id` and `connection_id`; receivers only enqueue."""
