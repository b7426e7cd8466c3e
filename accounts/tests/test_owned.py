"""What every model that belongs to a book must say."""

from accounts.owned import owned_models


def test_every_model_names_its_consent():
    nameless = [model._meta.label for model in owned_models() if not model.consent]
    assert nameless == []


def test_every_model_has_its_own_book_column():
    without = [model._meta.label for model in owned_models() if "book" not in {f.name for f in model._meta.fields}]
    assert without == []
