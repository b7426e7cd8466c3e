from banking.tests.conftest import api, book, cast, counted

__all__ = ["api", "book", "cast", "counted"]
