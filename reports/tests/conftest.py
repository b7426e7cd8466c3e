from banking.tests.conftest import api, book, cast

__all__ = ["api", "book", "cast"]
