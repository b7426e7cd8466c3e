"""Forms that write only what a person changed of what they were shown."""

from typing import Any

from django.forms import BaseForm


class AsShown(BaseForm):
    """`changed_data` names what differs from the form as it was shown, which it carries along in hidden fields.

    So whoever saves a form that has been open for a while takes back nothing that others have changed since.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Django's form signature
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.show_hidden_initial = not self.is_bound or self.add_initial_prefix(name) in self.data
