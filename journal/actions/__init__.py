"""Writing the journal, and taking back what it holds.

from journal import actions as journal

with journal.operation(book=book, by=user, verb="amend", now=now) as recorder: ...
journal.undo(book=book, by=user, pk=1, now=now)
"""

from journal.actions.recording import Recorder, Snapshot, forget, operation, snapshot
from journal.actions.undoing import CannotUndo, redo, undo

__all__ = ["CannotUndo", "Recorder", "Snapshot", "forget", "operation", "redo", "snapshot", "undo"]
