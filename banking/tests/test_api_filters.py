"""The filters over the API: what is no filter is refused, and nothing that changes rows goes without one."""

import pytest

from banking.models import Transaction
from banking.tests.factories import category_of, make_transaction

LIST, BULK, CATEGORIES = "/api/transactions", "/api/transactions/bulk-categorize", "/api/categories"


@pytest.mark.parametrize("name", ["counted", "exact"])
@pytest.mark.parametrize("address", [LIST, f"{LIST}/stats", f"{LIST}/export"])
def test_a_word_that_is_neither_yes_nor_no_is_refused(book, api, address, name):
    answer = api().get(address, {name: "perhaps"})
    assert answer.status_code == 400
    assert answer.json()["fields"].keys() == {name}


def test_archived_is_refused_alike(book, api):
    assert api().get(CATEGORIES, {"archived": "perhaps"}).status_code == 400
    assert api().get(CATEGORIES, {"archived": "on"}).status_code == 200


@pytest.mark.parametrize("address", [f"{LIST}/stats", f"{LIST}/export"])
@pytest.mark.parametrize("name", ["limit", "cursor"])
def test_pages_are_no_filter_of_totals_and_exports(book, api, address, name):
    assert api().get(address, {name: "1"}).status_code == 400
    assert api().get(LIST, {"limit": "1"}).status_code == 200


@pytest.mark.parametrize(
    "filters",
    [{}, {"q": ""}, {"counted": False}, {"account": []}, {"q": "cafe", "limit": 1}, {"q": "cafe", "cursor": ""}],
)
@pytest.mark.parametrize("preview", [True, False])
def test_nothing_is_filed_without_a_filter_or_with_a_page(book, api, filters, preview):
    row, to = make_transaction(book, description="Cafe", category="COFFEE"), category_of(book, "GROCERIES")
    answer = api().post(BULK, {"category_id": to.pk, "filter": filters, "preview": preview}, format="json")
    assert answer.status_code == 400
    assert "filter" in str(answer.json()["fields"])
    assert Transaction.objects.get(pk=row.pk).category_id == row.category_id


def test_a_wrong_end_is_told_by_its_name(book, api):
    days = {"start": "2026-03-02", "end": "2026-03-01"}
    assert api().get(LIST, days).json()["fields"].keys() == {"end"}
    assert api().get(LIST, {"start": "2026-03-02", "until": "2026-03-01"}).json()["fields"].keys() == {"until"}
