"""What comes again and again, read from movements alone: pure Python that knows no database."""

from budgeting.recurring.detecting import Movement, Series, detect, grace_of
from budgeting.recurring.frequencies import Frequency, Rhythm

__all__ = ["Frequency", "Movement", "Rhythm", "Series", "detect", "grace_of"]
