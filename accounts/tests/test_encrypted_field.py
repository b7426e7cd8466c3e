import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection, models

from accounts.fields import EncryptedField, Secret, Undecipherable, decrypt, encrypt, key_id_of

KEY_A, KEY_B = "a:" + "11" * 32, "b:" + "22" * 32
TEXT = "access-sandbox-1234"


class Vault(models.Model):
    """A row with a secret, only for these tests; its table is made by the fixture."""

    name = models.CharField(max_length=20)
    secret = EncryptedField(bound_to="name", null=True)

    class Meta:
        app_label = "only_in_a_test"
        db_table = "test_vault"

    def __str__(self):
        return self.name


@pytest.fixture
def table(db):
    kinds = ("serial", "bytea") if connection.vendor == "postgresql" else ("integer", "blob")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE test_vault (id {} PRIMARY KEY, name text, secret {})".format(*kinds))


def test_opens_only_for_its_own_identity():
    stored = encrypt(TEXT, identity="t:c:1")
    assert decrypt(stored, identity="t:c:1") == TEXT
    for identity in ("t:c:2", "t:d:1", "u:c:1", ""):
        with pytest.raises(Undecipherable):
            decrypt(stored, identity=identity)


def test_same_text_never_looks_the_same():
    assert encrypt(TEXT, identity="x") != encrypt(TEXT, identity="x")
    assert TEXT.encode() not in encrypt(TEXT, identity="x")


def test_every_flipped_bit_is_found():
    stored = bytearray(encrypt(TEXT, identity="x"))
    for place in range(1, len(stored)):
        stored[place] ^= 1
        with pytest.raises(Undecipherable):
            decrypt(bytes(stored), identity="x")
        stored[place] ^= 1


@pytest.mark.parametrize("stored", [b"", b"\x01", b"\x01\xff", b"junk", bytes(40)])
def test_junk_is_refused(stored):
    with pytest.raises(Undecipherable):
        decrypt(stored, identity="x")


def test_keys_rotate(settings):
    settings.ENCRYPTION_KEYS = [KEY_A]
    old = encrypt(TEXT, identity="x")
    settings.ENCRYPTION_KEYS = [KEY_B, KEY_A]
    assert decrypt(old, identity="x") == TEXT
    assert (key_id_of(old), key_id_of(encrypt(TEXT, identity="x"))) == ("a", "b")
    settings.ENCRYPTION_KEYS = [KEY_B]
    with pytest.raises(Undecipherable):
        decrypt(old, identity="x")


@pytest.mark.parametrize("keys", [[], ["a"], ["a:zz"], ["a:1122"]])
def test_bad_ring_is_a_configuration_error(settings, keys):
    settings.ENCRYPTION_KEYS = keys
    with pytest.raises(ImproperlyConfigured):
        encrypt(TEXT, identity="x")


def test_row_reads_back_as_a_silent_secret(table):
    Vault(name="one", secret=TEXT).save()
    row = Vault.objects.get()
    assert isinstance(row.secret, Secret)
    assert row.secret.reveal() == TEXT
    for shown in (repr(row.secret), str(row.secret), repr(row), str(vars(row)), f"{row.secret!s}"):
        assert TEXT not in shown


def test_swapped_ciphertexts_do_not_open(table):
    for name in ("one", "two"):
        Vault(name=name, secret=f"{TEXT}-{name}").save()
    one, two = Vault.objects.order_by("name")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE test_vault SET secret = %s WHERE name = 'one'", [bytes(two.secret._stored)])
    with pytest.raises(Undecipherable):
        Vault.objects.get(name="one").secret.reveal()
    assert Vault.objects.get(name="two").secret.reveal() == f"{TEXT}-two"


def test_column_holds_no_plain_text(table):
    Vault(name="one", secret=TEXT).save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM test_vault")
        assert TEXT.encode() not in bytes(cursor.fetchone()[0])


def test_secret_can_be_emptied_but_not_searched(table):
    Vault(name="one", secret=TEXT).save()
    row = Vault.objects.get()
    row.secret = None
    row.save()
    assert Vault.objects.filter(secret__isnull=True).count() == 1
    for lookup in ({"secret": TEXT}, {"secret__contains": b"a"}, {"secret__gt": b"a"}):
        with pytest.raises(FieldError):
            list(Vault.objects.filter(**lookup))
