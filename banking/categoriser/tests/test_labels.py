from banking.categoriser import labels


def test_a_books_categories_as_labels():
    own = labels.of(
        [("1", "Food & Dining", "FOOD"), ("2", "Coffee", "COFFEE"), ("3", "Treats", "+FOOD"), ("4", "Odd", None)]
    )
    assert (own.label("COFFEE"), own.label("BARS"), own.label("RENT")) == ("2", "1", None)
    assert (own.code("3"), own.code("4")) == ("DINING", None)
    assert own.name("3") == "Treats"
