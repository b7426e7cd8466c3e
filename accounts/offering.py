"""Choices of a form that also offer what is stored: a form never changes a value that nobody touched."""

from django import forms

Choices = list[tuple[str, str]]


def also(choices: Choices, stored: object) -> Choices:
    """The choices, and before them the stored value where it is none of them."""
    text = str(stored or "")
    return choices if not text or text in dict(choices) else [(text, text), *choices]


def keep_stored(form: forms.Form | forms.ModelForm, *names: str) -> None:  # type: ignore[type-arg]  # of any model
    """Let these choices of the form offer the value that it begins with."""
    for name in names:
        field = form.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = also(list(field.choices), form.initial.get(name))  # type: ignore[arg-type]  # flat choices
