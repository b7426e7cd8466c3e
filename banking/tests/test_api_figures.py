"""/api/transactions/stats, /export and /bulk-categorize."""

import csv
import io
from datetime import date

import pytest

from accounts.models import AuditEvent
from banking.tests.factories import category_of, make_account, make_merchant, make_transaction

STATS, EXPORT, BULK = (f"/api/transactions/{name}" for name in ("stats", "export", "bulk-categorize"))
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"]


def exported(api, **given):
    answer = api().get(EXPORT, given)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode(), newline="")))


def test_stats(book, api):
    make_transaction(book, amount="-4.50", merchant=make_merchant(book))
    make_transaction(book, amount="-1", pending=True)
    found = api("carol").get(STATS).json()
    total = {"currency": "USD", "count": 1, "money_in": "0.00", "money_out": "-4.50", "net": "-4.50"}
    assert (found["totals"], found["pending"]) == ([total], 1)
    assert found["by_category"] == [{"id": category_of(book, "COFFEE").pk, "name": "Coffee", **total}]
    assert found["by_month"] == [{"month": "2026-03", **total}]
    assert [part["name"] for part in found["by_merchant"]] == ["Blue Bottle"]


def test_export_has_every_row_of_the_filters(book, api):
    for units in ("-4.5", "1234567.8901", "0.05", "-0.0001"):
        make_transaction(book, amount=units, tags=["a", "b"], merchant=make_merchant(book), note='x\n,"y')
    make_transaction(book, day=date(2026, 1, 1), pending=True, excluded=True)
    rows = exported(api, start="2026-03-01")
    assert sorted(row["amount"] for row in rows) == ["-0.0001", "-4.50", "0.05", "1234567.8901"]
    assert rows[0]["note"] == 'x\n,"y'
    assert sorted(rows[0]["tags"].split(", ")) == ["a", "b"]
    assert (rows[0]["day"], rows[0]["account"], rows[0]["merchant"]) == ("2026-03-10", "Wallet", "Blue Bottle")
    [old] = exported(api, end="2026-02-01")
    assert (old["pending"], old["excluded"], old["merchant"]) == ("yes", "yes", "")


def test_export_is_safe_in_a_spreadsheet(book, api):
    for text in FORMULAS:
        account = make_account(book, name=text)
        make_transaction(book, account=account, description=text, merchant=make_merchant(book, name=text), note=text)
    for row in exported(api):
        for cell in (row["description"], row["merchant"], row["note"], row["account"]):
            assert cell.startswith("'")
        assert row["amount"] == "-10.00"


def test_export_is_noted_in_the_audit_log(book, api, cast):
    exported(api)
    assert AuditEvent.objects.filter(kind="exported", subject=cast.alice.user, book=book).exists()


def test_export_refuses_bad_filters(book, api):
    assert api().get(EXPORT, {"start": "x"}).status_code == 400


def test_bulk_by_ids_with_preview(book, api):
    rows = [make_transaction(book) for _ in range(3)]
    wanted = {"category_id": category_of(book, "RENT").pk, "ids": [row.pk for row in rows[:2]]}
    assert api().post(BULK, wanted | {"preview": True}).json() == {"count": 2, "preview": True, "operation_id": None}
    done = api("bob").post(BULK, wanted).json()
    assert done["count"] == 2
    assert done["operation_id"]
    assert api().post(BULK, wanted).json()["count"] == 0


def test_bulk_by_filter(book, api):
    make_transaction(book, amount=-5)
    make_transaction(book, amount=-50)
    wanted = {"category_id": category_of(book, "RENT").pk, "filter": {"amount_min": "10", "direction": "out"}}
    assert api().post(BULK, wanted).json()["count"] == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, ""),
        ({"ids": [1], "filter": {}}, ""),
        ({"ids": []}, "ids"),
        ({"ids": [10**12]}, "ids"),
        ({"ids": ["x"]}, "ids.0"),
        ({"filter": {"start": "x"}}, "filter.start"),
        ({"filter": {"categroy": 1}}, "filter.non_field_errors"),
        ({"filter": {}, "category_id": 10**12}, "category_id"),
        ({"filter": {}, "colour": 1}, "colour"),
    ],
)
def test_bulk_refuses_what_is_unclear(book, api, given, field):
    make_transaction(book)
    answer = api().post(BULK, {"category_id": category_of(book, "RENT").pk} | given)
    assert answer.status_code == 400
    found = answer.json()["fields"]
    assert field in found if field else not found


def test_a_viewer_may_not_file_and_a_stranger_sees_nothing(book, api):
    wanted = {"category_id": category_of(book, "RENT").pk, "filter": {}}
    assert api("carol").post(BULK, wanted).status_code == 403
    for answer in (api("stranger").get(STATS), api("stranger").get(EXPORT), api("stranger").post(BULK, wanted)):
        assert answer.status_code == 404
