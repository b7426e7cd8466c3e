"""Receipts: checked by what is in them, encrypted on disk, shown to members only, gone when they are to be."""

import os
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts import rotation
from accounts.tests.factories import NOW
from banking import actions, queries, tasks, vault
from banking.actions.attaching import MOST_FILES, forget_removed
from banking.models import Attachment
from banking.tests.browsing import IN_DRAWER, browse, queries_of
from banking.tests.factories import PNG, make_attachment, make_transaction
from journal import actions as journal
from journal.models import Operation

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080001000201011100ffd9")
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0" + bytes([0x2F, 1, 0, 0, 0, 0]) + b"\0" * 8
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x10meta" + b"\0" * 16
VAST = PNG[:16] + (40_000).to_bytes(4, "big") * 2 + PNG[24:]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.ATTACHMENTS_DIR = tmp_path
    return tmp_path


@pytest.fixture
def row(book):
    return make_transaction(book)


@pytest.fixture
def receipt(row, cast):
    return make_attachment(row, by=cast.alice.user)


def sent(content=PNG, name="receipt.png", kind="image/png"):
    return {"file": SimpleUploadedFile(name, content, kind)}


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_file_lies_encrypted_and_bound_to_its_place(row, receipt, folder):
    [path] = files(folder)
    assert PNG[:8] not in path.read_bytes()
    assert receipt.name not in str(path)
    assert vault.get(book_id=row.book_id, name=receipt.file) == PNG
    other = path.with_name("0" * 32)
    other.write_bytes(path.read_bytes())
    with pytest.raises(vault.Gone):
        vault.get(book_id=row.book_id, name=other.name)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("C:\\temp\\bill.PNG", "bill.PNG"),
        ("evil\u202egnp.exe", "evil gnp.png"),
        ("page.html", "page.png"),
        ("", "receipt.png"),
        ("x" * 300 + ".png", "x" * 116 + ".png"),
    ],
)
def test_names_are_made_harmless(row, cast, name, kept):
    assert make_attachment(row, by=cast.alice.user, name=name).name == kept


def test_the_page_takes_and_shows_a_file_without_scripts(book, cast, row):
    alice, address = browse(cast.alice, book), f"/transactions/{row.pk}"
    assert "No receipt is kept" in alice.get(address).content.decode()
    assert alice.post(f"{address}/attachments", sent(), follow=True).redirect_chain == [(address, 302)]
    receipt = Attachment.objects.get()
    page = alice.get(address).content.decode()
    assert f'src="/attachments/{receipt.pk}"' in page
    shown = alice.get(f"/attachments/{receipt.pk}")
    assert shown.content == PNG
    assert shown["Content-Type"] == "image/png"
    assert shown["Content-Disposition"] == 'inline; filename="receipt.png"'
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown["Content-Security-Policy"]
    assert "script-src" not in shown["Content-Security-Policy"]
    assert alice.get(f"/attachments/{receipt.pk}/remove").status_code == 200
    assert alice.post(f"/attachments/{receipt.pk}/remove").status_code == 302
    assert alice.get(f"/attachments/{receipt.pk}").status_code == 404


def test_a_pdf_is_saved_and_not_shown(book, cast, row):
    receipt = make_attachment(row, by=cast.alice.user, name="bill.pdf", content=PDF)
    answer = browse(cast.alice, book).get(f"/attachments/{receipt.pk}")
    assert answer["Content-Disposition"] == 'attachment; filename="bill.pdf"'


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Choose a file first."),
        (sent(b"<html><script>alert(1)</script>"), "Choose an image (JPEG, PNG, WebP, HEIC) or a PDF."),
        (sent(PNG[:30]), "This file is damaged."),
        (sent(VAST), "This image has too many pixels."),
        (sent(PNG + b"\0" * 100), "A file may have at most 100"),
    ],
)
def test_a_bad_file_is_refused_with_what_to_do(book, cast, row, settings, folder, given, message):
    settings.MAX_ATTACHMENT_BYTES = 100
    alice, address = browse(cast.alice, book), f"/transactions/{row.pk}/attachments"
    for file in given.values():
        file.seek(0)
    refused = alice.post(address, given)
    assert refused.status_code == 422
    assert message in refused.content.decode()
    for file in given.values():
        file.seek(0)
    assert message in alice.post(address, given, **IN_DRAWER).content.decode()
    assert not Attachment.objects.exists()
    assert files(folder) == []


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(book, cast, api, row):
    answer = browse(cast.alice, book).post(f"/transactions/{row.pk}/attachments", sent(b"\0" * 20_000_000))
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()
    told = api().post(f"/api/transactions/{row.pk}/attachments", sent(b"\0" * 20_000_000), format="multipart")
    assert (told.status_code, told.json()["code"]) == (413, "too_large")


def test_the_same_file_and_too_many_are_refused(row, cast, receipt, monkeypatch):
    with pytest.raises(actions.Conflicting):
        make_attachment(row, by=cast.alice.user)
    monkeypatch.setattr("banking.actions.attaching.MOST_FILES", 1)
    with pytest.raises(actions.TooMany):
        make_attachment(row, by=cast.alice.user, content=PDF)
    assert MOST_FILES == 20


def test_a_form_sent_twice_adds_once_and_another_file_is_another(book, cast, row):
    alice, address = browse(cast.alice, book), f"/transactions/{row.pk}/attachments"
    for content in (PNG, PNG, PDF):
        assert alice.post(address, {**sent(content), "once": "token"}).status_code == 302
    assert Attachment.objects.count() == 2


def test_the_api_adds_once_lists_gives_and_removes(book, api, row):
    address, headers = f"/api/transactions/{row.pk}/attachments", {"Idempotency-Key": "k"}
    first, again = (api().post(address, sent(), format="multipart", headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 201, "true")
    assert api().post(address, sent(PDF), format="multipart", headers=headers).status_code == 422
    [listed] = api().get(address).json()["results"]
    assert listed == first.json()
    assert (listed["kind"], listed["size"], listed["name"]) == ("image/png", len(PNG), "receipt.png")
    assert api().get(f"/api/attachments/{listed['id']}").content == PNG
    assert api().delete(f"/api/attachments/{listed['id']}").status_code == 204
    assert api().delete(f"/api/attachments/{listed['id']}").status_code == 404
    assert api().post(address, {}, format="multipart").json()["fields"].keys() == {"file"}
    assert api().post(address, {"file": "x"}, format="json").status_code == 415
    assert api().post(address, sent(b"<svg>"), format="multipart").json()["fields"].keys() == {"file"}


def test_only_members_see_and_only_editors_change(book, cast, api, row, receipt):
    carol = browse(cast.carol, book)
    assert carol.get(f"/attachments/{receipt.pk}").content == PNG
    stranger = browse(cast.stranger, cast.stranger.book)
    assert Client().get(f"/attachments/{receipt.pk}").status_code == 302
    for client, status in ((carol, 403), (stranger, 404)):
        assert client.post(f"/transactions/{row.pk}/attachments", sent(PDF)).status_code == status
        assert client.post(f"/attachments/{receipt.pk}/remove").status_code == status
    assert stranger.get(f"/attachments/{receipt.pk}").status_code == 404
    assert (
        api("carol").post(f"/api/transactions/{row.pk}/attachments", sent(PDF), format="multipart").status_code == 403
    )
    assert Attachment.objects.filter(removed_at=None).count() == 1


def test_what_is_removed_can_come_back_for_thirty_days(row, cast, receipt, folder):
    actions.detach(book=row.book, by=cast.alice.user, pk=receipt.pk, now=NOW)
    change = Operation.objects.get(verb="detach").changes.get()
    assert (change.before, change.after) == ({"removed_at": None}, {"removed_at": NOW.isoformat()})
    assert forget_removed(now=NOW + timedelta(days=29)) == 0
    assert len(files(folder)) == 1
    Attachment.objects.filter(pk=receipt.pk).update(removed_at=None)
    assert queries.attachment(book=row.book, pk=receipt.pk) == receipt


def test_what_was_removed_long_ago_is_forgotten(row, cast, receipt, folder, django_capture_on_commit_callbacks):
    kept = make_attachment(row, by=cast.alice.user, content=PDF)
    actions.detach(book=row.book, by=cast.alice.user, pk=receipt.pk, now=NOW - timedelta(days=60))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.forget_receipts()
    assert [path.name for path in files(folder)] == [kept.file]
    assert list(Attachment.objects.all()) == [kept]


def test_an_added_file_that_was_taken_back_can_be_added_again_for_thirty_days(
    book, row, cast, receipt, folder, django_capture_on_commit_callbacks
):
    [stored] = files(folder)
    long_ago = (NOW - timedelta(days=90)).timestamp()
    os.utime(stored, (long_ago, long_ago))
    by = {"book": book, "by": cast.alice.user, "now": NOW}
    with django_capture_on_commit_callbacks(execute=True):
        undone = journal.undo(pk=Operation.objects.get(verb="attach").pk, **by)
    assert forget_removed(now=timezone.now()) == 0
    redone = journal.undo(pk=undone.pk, **by)
    assert vault.get(book_id=book.pk, name=Attachment.objects.get().file) == PNG
    undone = journal.undo(pk=redone.pk, **by)
    stored.unlink()
    with pytest.raises(journal.CannotUndo, match="no longer kept"):
        journal.undo(pk=undone.pk, **by)
    assert not Attachment.objects.exists()


def test_files_of_no_row_and_of_no_book_are_swept(row, cast, receipt, folder):
    erased = folder / "999999999" / ("c" * 32)
    erased.parent.mkdir()
    stray = folder / str(row.book_id) / ("a" * 32)
    young = folder / str(row.book_id) / ("b" * 32)
    for path in (stray, young, erased):
        path.write_bytes(b"x")
    now = NOW + timedelta(days=365 * 50)
    os.utime(stray, (0, 0))
    os.utime(young, (now.timestamp(), now.timestamp()))
    os.utime(folder / str(row.book_id) / receipt.file, (0, 0))
    assert forget_removed(now=now) == 2
    assert {path.name for path in files(folder)} == {receipt.file, young.name}
    assert not erased.parent.exists()


def test_keys_rotate_under_the_files(row, receipt, settings):
    settings.ENCRYPTION_KEYS = [f"new:{'ab' * 32}", *settings.ENCRYPTION_KEYS]
    found = {each.table: each for each in rotation.rotate()}["banking_attachment"]
    assert (found.rows, found.renewed, found.unreadable) == (1, 1, ())
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]
    assert vault.get(book_id=row.book_id, name=receipt.file) == PNG


def test_a_file_that_is_gone_is_not_found(book, cast, api, receipt, folder):
    for path in files(folder):
        path.unlink()
    assert browse(cast.alice, book).get(f"/attachments/{receipt.pk}").status_code == 404
    assert api().get(f"/api/attachments/{receipt.pk}").status_code == 404


def test_the_number_of_queries_is_fixed(book, cast, api, counted, row, receipt):
    alice, client = browse(cast.alice, book), api()

    def asked():
        page = queries_of(alice, f"/transactions/{row.pk}")
        return page, counted(lambda: client.get(f"/api/transactions/{row.pk}/attachments"))

    few = asked()
    make_attachment(row, by=cast.alice.user, content=PDF)
    make_attachment(row, by=cast.alice.user, content=JPEG)
    assert asked() == few
