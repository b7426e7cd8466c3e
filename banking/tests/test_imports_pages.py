"""The pages and the API that bring files in: they work, strangers get 404, bad input is refused, queries are fixed."""

import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.books import entered
from banking import actions
from banking.actions import Received
from banking.actions.bringing_in import carry_out
from banking.models import Account, Category, Import, ImportRow, Tag, Transaction, TransactionTag
from banking.tests.factories import category_of, make_account
from journal import actions as journal
from journal.models import Change

FILE = (
    "Date,Description,Amount,Category\n"
    "2024-01-15,BLUE BOTTLE COFFEE,-5.75,Coffee\n"
    "2024-01-02,RENT JANUARY,-1200.00,\n"
    "2024-01-03,DECLINED,0.00,\n"
)
STEPS = ("file", "map", "rows")


def sent(text=FILE, name="bank.csv"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def browser(person):
    client = Client()
    client.force_login(person.user)
    return client


@pytest.fixture
def pages(cast):
    return browser(cast.alice)


@pytest.fixture
def source(book, cast):
    file = Received("bank.csv", FILE.encode())
    return actions.receive_import(book=book, by=cast.alice.user, file=file, now=timezone.now())


def test_a_file_goes_through_every_step_without_scripts(pages, book, run_tasks):
    first = pages.post("/imports", {"file": sent()})
    pk = Import.objects.get(book=book).pk
    assert first["Location"] == f"/imports/{pk}/file"
    page = pages.get(first["Location"]).content.decode()
    assert "Because money out has a minus." in page
    onward = pages.post(f"/imports/{pk}/file", {"date_order": "", "sign": "as_is", "next": "yes"})
    assert onward["Location"] == f"/imports/{pk}/map"
    mapped = {
        "account-0": "new",
        "name-0": "Checking",
        "kind-0": "depository",
        "currency-0": "USD",
        "opening-0": "10.50",
    }
    coffee = category_of(book, "GROCERIES").pk
    onward = pages.post(f"/imports/{pk}/map", {**mapped, "word": "Coffee", "category-0": coffee, "next": "yes"})
    assert onward["Location"] == f"/imports/{pk}/rows"
    shown = pages.get(f"/imports/{pk}/rows").content.decode()
    assert ("Groceries" in shown, "An amount of zero moves nothing" in shown) == (True, True)
    pages.post(f"/imports/{pk}/rows", {"shown": ["1", "2", "3"], "row": ["2"]})
    assert list(ImportRow.objects.filter(source=pk, chosen=True).values_list("position", flat=True)) == [2]
    pages.post(f"/imports/{pk}/rows?state=fresh", {"all": "in"})
    pages.post(f"/imports/{pk}/start")
    assert "Bringing the rows in" in pages.get(f"/imports/{pk}").content.decode()
    assert run_tasks() == ["banking.carry_out_import"]
    assert "2 transactions are in your book now; 1 stayed out." in pages.get(f"/imports/{pk}").content.decode()
    account = Account.objects.get(book=book)
    assert (account.name, account.opening) == ("Checking", Decimal("10.50"))
    assert "Take this import back?" in pages.get(f"/imports/{pk}/revert").content.decode()
    pages.post(f"/imports/{pk}/revert")
    assert not Transaction.objects.exists()
    back = pages.get(f"/imports/{pk}").content.decode()
    assert "This was taken back" in back
    redo = f"/activity/{Import.objects.get(pk=pk).operation_id}/redo"
    assert f'action="{redo}"' in back
    assert pages.post(redo, {"next": f"/imports/{pk}"})["Location"] == f"/imports/{pk}"
    assert Transaction.objects.count() == 2
    assert "2 transactions are in your book now" in pages.get(f"/imports/{pk}").content.decode()


def test_what_is_broken_and_what_is_no_movement_is_named_line_by_line(pages, book, cast, run_tasks):
    read = "Date;Description;Amount;Currency\n2024-03-02;TEA;-2.00;USD\n"
    text = f"{read}not a date;broken row;abc;USD\n2024-03-01;RENT;-9.00;USD\n;Total;-11.00;\n"
    file = Received("bank.csv", text.encode())
    source = actions.receive_import(book=book, by=cast.alice.user, file=file, now=timezone.now())
    rows = source.rows.order_by("line").values_list("line", "description", "state")
    assert list(rows)[1] == (3, "not a date · broken row · abc · USD", "broken")
    page = pages.get(f"/imports/{source.pk}/file")
    html = page.content.decode()
    assert [row.line for row in page.context["examples"]] == [2, 3, 4]
    pages.post(f"/imports/{source.pk}/start", {"shown": ["1", "2", "3"], "row": ["1", "2", "3"]})
    run_tasks()
    for each in (html, pages.get(f"/imports/{source.pk}").content.decode()):
        assert "Line 3: <bdi>not a date · broken row · abc · USD</bdi>. This line cannot be read." in each
        assert "Lines that are left out: 5" in each
        assert "5: Total · -11.00" in each
    assert Transaction.objects.count() == 2


def test_the_button_that_starts_it_keeps_the_ticks_of_its_page(pages, source, run_tasks):
    html = pages.get(f"/imports/{source.pk}/rows").content.decode()
    [before, start] = re.findall(r'<button type="submit" form="rows"[^>]*>', html)
    assert (before.endswith(" hidden>"), f'formaction="/imports/{source.pk}/start"' in start) == (True, True)
    refused = pages.post(f"/imports/{source.pk}/start", {"shown": ["1", "2", "3"]})
    assert refused["Location"] == f"/imports/{source.pk}/rows"
    assert not ImportRow.objects.filter(source=source, chosen=True).exists()
    assert pages.post(f"/imports/{source.pk}/start", {"shown": ["1", "2", "3"], "row": ["2"]}).status_code == 302
    run_tasks()
    assert Transaction.objects.values_list("description", flat=True).get() == "RENT JANUARY"


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"PK\x03\x04zip", "packed file"), (b"", "empty"), (b"%PDF-1.4", "PDF"), (b"Date,Amount\nx,\x00\n,,,", "NUL")],
)
def test_a_bad_file_is_refused_on_page_and_api(pages, api, cast, book, content, says):
    page = pages.post("/imports", {"file": sent(content)})
    assert (page.status_code, says in page.content.decode()) == (422, True)
    answer = api().post("/api/imports", {"file": sent(content)}, format="multipart")
    assert (answer.status_code, says in answer.json()["fields"]["file"][0]) == (400, True)
    assert not Import.objects.exists()


def test_no_file_a_too_large_one_and_a_strange_body_are_refused(pages, api, book, settings):
    assert pages.post("/imports", {}).status_code == 422
    assert api().post("/api/imports", {}, format="multipart").status_code == 400
    assert api().post("/api/imports", {"file": "text"}, format="json").status_code == 415
    settings.MAX_IMPORT_BYTES = 1024
    large = sent("x" * 2_000)
    assert pages.post("/imports", {"file": large}).status_code == 422
    assert pages.post("/imports", {"file": sent("x" * 200_000)}).status_code == 413
    assert not Import.objects.exists()


def test_a_stranger_finds_nothing_and_a_viewer_only_looks(cast, source):
    stranger, viewer = browser(cast.stranger), browser(cast.carol)
    for step in ("", *(f"/{each}" for each in (*STEPS, "revert"))):
        assert stranger.get(f"/imports/{source.pk}{step}").status_code == 404
    for step in (*STEPS, "start", "revert", "delete"):
        assert stranger.post(f"/imports/{source.pk}/{step}").status_code == 404
        assert viewer.post(f"/imports/{source.pk}/{step}").status_code == 403
    for step in STEPS:
        assert viewer.get(f"/imports/{source.pk}/{step}").status_code == 200
    assert viewer.post("/imports", {"file": sent()}).status_code == 403


def test_bad_choices_change_nothing_and_say_why(pages, source):
    before = Import.objects.values().get()
    refused = pages.post(f"/imports/{source.pk}/file", {"encoding": "utf-16"})
    assert (refused.status_code, 'role="alert"' in refused.content.decode()) == (422, True)
    refused = pages.post(f"/imports/{source.pk}/map", {"account-0": "999999"})
    assert (refused.status_code, "There is no such account here." in refused.content.decode()) == (422, True)
    bad = {"account-0": "new", "name-0": "", "kind-0": "depository", "currency-0": "USD", "opening-0": "1,5"}
    assert pages.post(f"/imports/{source.pk}/map", bad).status_code == 422
    assert pages.get(f"/imports/{source.pk}/rows?cursor=nonsense").status_code == 404
    assert Import.objects.values().get() == before


def test_pages_take_as_many_queries_for_many_rows(pages, source, book, cast, counted):
    many = FILE + "".join(f"2024-02-{1 + n % 28:02},SHOP {n},-{n + 1}.00,\n" for n in range(300))
    file = Received("many.csv", many.encode())
    other = actions.receive_import(book=book, by=cast.alice.user, file=file, now=timezone.now())
    for step in STEPS:
        pages.get(f"/imports/{source.pk}/{step}")
        few, more = (
            counted(lambda pk=pk, step=step: pages.get(f"/imports/{pk}/{step}")) for pk in (source.pk, other.pk)
        )
        assert few == more, step
    few = counted(lambda: pages.get("/imports"))
    Import.objects.filter(pk=other.pk).delete()
    assert counted(lambda: pages.get("/imports")) == few


def test_rows_are_paged_by_key(pages, book, cast):
    many = FILE + "".join(f"2024-02-{1 + n % 28:02},SHOP {n},-{n + 1}.00,\n" for n in range(60))
    file = Received("many.csv", many.encode())
    pk = actions.receive_import(book=book, by=cast.alice.user, file=file, now=timezone.now()).pk
    first = pages.get(f"/imports/{pk}/rows")
    assert len(first.context["page"].rows) == 50
    cursor = first.context["page"].next
    onward = pages.post(f"/imports/{pk}/rows", {"shown": "1", "onward": f"cursor={cursor}"})
    assert len(pages.get(onward["Location"]).context["page"].rows) == 13
    assert ImportRow.objects.filter(source=pk, chosen=False).count() == 2


def test_a_file_goes_through_the_api(api, book, run_tasks):
    client, wallet = api(), make_account(book, name="Wallet")
    made = client.post("/api/imports", {"file": sent(), "account_id": wallet.pk}, format="multipart")
    assert made.status_code == 201, made.content
    found = made.json()
    pk = found["id"]
    assert (found["counts"]["fresh"], found["counts"]["void"], found["accounts"][0]["account_id"]) == (2, 1, wallet.pk)
    assert {"what": "decimal", "value": ".", "evidence": "3 amounts show it, such as -5.75"} in found["guesses"]
    groceries = category_of(book, "GROCERIES").pk
    change = {
        "choices": {"date_order": "ymd"},
        "columns": [{"place": 1, "role": "payee"}],
        "categories": [{"name": "Coffee", "category_id": groceries}],
    }
    changed = client.patch(f"/api/imports/{pk}", change)
    assert changed.status_code == 200, changed.content
    assert changed.json()["columns"][1]["role"] == "payee"
    rows = client.get(f"/api/imports/{pk}/rows", {"limit": 2}).json()
    last = client.get(f"/api/imports/{pk}/rows", {"cursor": rows["next"]}).json()["results"]
    assert [(row["file_category"], row["category_id"]) for row in last] == [("Coffee", groceries)]
    assert client.patch(f"/api/imports/{pk}/rows", {"chosen": False, "positions": [1, 2]}).json() == {"count": 1}
    assert client.post(f"/api/imports/{pk}/start").status_code == 202
    assert client.delete(f"/api/imports/{pk}").status_code == 409
    run_tasks()
    done = client.get(f"/api/imports/{pk}").json()
    assert (done["status"], done["added"]) == ("done", 1)
    assert client.get("/api/imports").json()["results"][0]["id"] == pk
    row = next(each for each in client.get(f"/api/imports/{pk}/rows").json()["results"] if each["transaction_id"])
    assert client.get(f"/api/transactions/{row['transaction_id']}").json()["merchant"]
    client.patch(f"/api/transactions/{row['transaction_id']}", {"note": "mine"})
    assert client.post(f"/api/imports/{pk}/revert").status_code == 409
    client.patch(f"/api/transactions/{row['transaction_id']}", {"note": ""})
    assert client.post(f"/api/imports/{pk}/revert").status_code == 409, "its field locks are another now"


def test_the_api_refuses_what_does_not_exist(api, source, book):
    client, pk = api(), source.pk
    assert client.post("/api/imports", {"file": sent(), "account_id": 999}, format="multipart").status_code == 400
    assert client.patch(f"/api/imports/{pk}", {"accounts": [{"place": 0, "account_id": 999}]}).status_code == 400
    assert client.patch(f"/api/imports/{pk}", {"accounts": [{"place": 9}]}).status_code == 400
    assert client.patch(f"/api/imports/{pk}", {"nonsense": 1}).status_code == 400
    assert client.patch(f"/api/imports/{pk}/rows", {"positions": [1]}).status_code == 400
    assert client.get(f"/api/imports/{pk}/rows", {"state": "nonsense"}).status_code == 400
    assert client.get(f"/api/imports/{pk}/rows", {"cursor": "nonsense"}).status_code == 400
    assert client.post(f"/api/imports/{pk}/revert").status_code == 409
    assert client.delete(f"/api/imports/{pk}").status_code == 204
    for method, path in (("get", ""), ("patch", ""), ("delete", ""), ("get", "/rows"), ("post", "/start")):
        assert getattr(client, method)(f"/api/imports/{pk}{path}").status_code == 404
    with_stranger = api("stranger")
    assert with_stranger.get("/api/imports").status_code == 404


def test_a_file_sent_twice_with_one_key_is_one_import(api, book):
    client = api()
    key = {"HTTP_IDEMPOTENCY_KEY": "k-1"}
    first, second = (client.post("/api/imports", {"file": sent()}, format="multipart", **key) for _n in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert second["Idempotency-Replayed"] == "true"
    other = client.post("/api/imports", {"file": sent(FILE + "2024-03-01,MORE,-1.00,\n")}, format="multipart", **key)
    assert other.status_code == 422
    assert Import.objects.count() == 1


def test_what_no_worker_finished_is_found_by_the_sweep(book, cast, source, run_tasks):
    from banking.tasks import sweep

    actions.start_import(book=book, by=cast.alice.user, pk=source.pk, now=timezone.now() - timezone.timedelta(hours=1))
    sweep()
    run_tasks()
    source.refresh_from_db()
    assert source.status == "done"


def test_a_large_file_is_brought_in_set_wise(book, cast, counted):
    many = "Date,Description,Amount,Category,Tags\n" + "".join(
        f"2023-{1 + n % 12:02}-{1 + n % 28:02},SHOP {n % 90} STORE {n},-{n % 400 + 1}.{n % 100:02},Kind {n % 50},"
        f"tag {n % 30};tag {n % 7}\n"
        for n in range(3_000)
    )
    file = Received("many.csv", many.encode())
    source = actions.receive_import(book=book, by=cast.alice.user, file=file, now=timezone.now())
    new = actions.ImportAmendment(all_new=True)
    actions.amend_import(book=book, by=cast.alice.user, pk=source.pk, changes=new, now=timezone.now())
    actions.start_import(book=book, by=cast.alice.user, pk=source.pk, now=timezone.now())
    taken = counted(lambda: carry_out(book=book, import_id=source.pk, clock=timezone.now))
    with entered(book):
        assert Transaction.objects.count() == 3_000
        row = Transaction.objects.order_by("-pk")[0]
        assert Change.objects.filter(model="banking.Transaction", before__isnull=True).count() == 3_000
        assert Change.objects.get(model="banking.Transaction", key=row.pk).after == journal.snapshot(row)
        assert Tag.objects.count() == 30
        assert Change.objects.filter(model="banking.TransactionTag").count() == TransactionTag.objects.count() > 5_000
        assert Category.objects.filter(name__startswith="Kind ").count() == 50
    assert taken < 70 + 50 * 3 + 10, taken  # three for each new category
