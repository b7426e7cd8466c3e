"""Names as long as they may be, without a space: no page is wider than a phone."""

import pytest

from accounts.books import entered
from banking.tests.factories import make_category, make_transaction
from financeapp.tests.walking import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.pages]
LONG = "x" * 80


@pytest.mark.parametrize("width", [390, 1280])
def test_category_of_eighty_letters(server, page, cast, width):
    with entered(cast.book):
        top = make_category(cast.book, name=LONG)
        make_category(cast.book, name="y" * 80, parent=top)
        row = make_transaction(cast.book)
        type(row).objects.filter(pk=row.pk).update(category=top)
    sign_in(page, server, cast.alice)
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/categories", "/transactions", f"/transactions/{row.pk}", "/"):
        page.goto(server + path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        assert page.evaluate(
            "[...document.querySelectorAll('.branch')].every(each => each.scrollWidth <= each.clientWidth)"
        ), path
