"""A table whose columns nobody knows is laid out all the same: a person says what they hold."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from banking.models import Import, ImportRow

FILE = b"Qui;Quand;Combien\nMonoprix;le 31;moins 23,45\nSalaire;le 30;plus 1500\n"
MAPPABLE = b"Qui;Quand;Combien;Rang\nMonoprix;31.01.24 (me);23,45;1\nLoyer;le 30;1500,00;2\nPain;le 29;1,00;3\n"


@pytest.fixture
def pages(cast):
    client = Client()
    client.force_login(cast.alice.user)
    return client


def sent(content):
    return SimpleUploadedFile("banque.csv", content)


def upload(pages, content):
    answer = pages.post("/imports", {"file": sent(content)})
    return answer["Location"], Import.objects.get()


def test_the_upload_leads_to_the_columns(pages, book):
    address, source = upload(pages, FILE)
    assert address == f"/imports/{source.pk}/map"
    page = pages.get(address).content.decode()
    assert '<details class="card stack-s" id="columns" open>' in page
    assert "We do not know what these columns hold." in page
    assert [(column["name"], column["role"]) for column in source.columns] == [
        ("Qui", ""),
        ("Quand", ""),
        ("Combien", ""),
    ]
    rows = ImportRow.objects.filter(source=source).order_by("position")
    assert [(row.state, row.why, row.description) for row in rows] == [
        ("broken", "columns", "Monoprix · le 31 · moins 23,45"),
        ("broken", "columns", "Salaire · le 30 · plus 1500"),
    ]
    assert "We do not know which column holds the day" in pages.get(f"/imports/{source.pk}/rows").content.decode()


def test_going_on_without_columns_is_refused_in_words(pages, book):
    address, source = upload(pages, FILE)
    page = pages.post(address, {"next": "yes"})
    assert (page.status_code, "Say which column holds the day" in page.content.decode()) == (422, True)
    page = pages.post(address, {"column-1": "posted", "next": "yes"})
    assert (page.status_code, "Say which column holds the amount" in page.content.decode()) == (422, True)
    assert pages.post(f"/imports/{source.pk}/start").status_code == 302
    assert Import.objects.get().status == Import.Status.DRAFT


def test_columns_that_were_chosen_are_read(pages, book):
    address, source = upload(pages, MAPPABLE)
    chosen = {"column-0": "description", "column-1": "posted", "column-2": "amount", "column-3": "", "next": "yes"}
    assert pages.post(address, chosen)["Location"] == f"/imports/{source.pk}/rows"
    row = ImportRow.objects.get(source=source, day__isnull=False)
    assert (row.day, row.amount, row.description) == (date(2024, 1, 31), Decimal("23.45"), "Monoprix")
    assert 'id="columns" open' not in pages.get(address).content.decode()


def test_the_api_lays_it_out_and_takes_the_columns(api, book):
    client = api()
    answer = client.post("/api/imports", {"file": sent(MAPPABLE)}, format="multipart")
    assert (answer.status_code, answer.json()["counts"]["unreadable"]) == (201, 3)
    address = f"/api/imports/{answer.json()['id']}"
    amounts = [{"place": 2, "role": "amount"}]
    refused = client.patch(address, {"columns": [{"place": 2, "role": ""}]}, format="json")
    assert (refused.status_code, "which column" in str(refused.json())) == (400, True)
    read = client.patch(address, {"columns": [{"place": 1, "role": "posted"}, *amounts]}, format="json")
    assert (read.status_code, read.json()["counts"]["fresh"]) == (200, 1)


def test_another_separator_can_be_chosen_before_the_columns(api, book):
    client = api()
    made = client.post("/api/imports", {"file": sent(FILE)}, format="multipart").json()
    answer = client.patch(f"/api/imports/{made['id']}", {"choices": {"delimiter": ";"}}, format="json")
    assert (answer.status_code, answer.json()["counts"]["unreadable"]) == (200, 2)


def test_the_next_file_of_these_headings_needs_no_mapping(pages, book, run_tasks):
    address, source = upload(pages, MAPPABLE)
    pages.post(address, {"column-0": "description", "column-1": "posted", "column-2": "amount"})
    pages.post(f"/imports/{source.pk}/start")
    run_tasks()
    again = pages.post("/imports", {"file": sent(MAPPABLE.replace(b"31.01.24", b"30.01.24"))})
    assert again["Location"] == f"/imports/{Import.objects.latest('id').pk}/file"
