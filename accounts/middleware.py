"""Which book a page is about."""


def choose_book(get_response):
    return get_response
