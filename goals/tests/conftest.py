from banking.tests.conftest import book, counted

__all__ = ["book", "counted"]
