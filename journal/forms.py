"""Which operations are meant."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Book, User
from accounts.paging import LARGEST_PAGE, PAGE_SIZE
from journal import queries, wording

NOBODY = "0"


class ActivityFilter(forms.Form):
    """By whom, 0 for what nobody asked for, and of what kind."""

    person = forms.TypedChoiceField(label=gettext_lazy("Who"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label=gettext_lazy("What"), required=False)

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:  # Django's form signature
        super().__init__(*args, **kwargs)
        members = [(str(each.pk), _name(each)) for each in queries.people(book=book)]
        people = [("", _("Everybody")), *members, (NOBODY, _("PocketPilot by itself"))]
        self.fields["person"].choices = people  # type: ignore[attr-defined]  # a choice has them
        self.fields["kind"].choices = [("", _("Everything")), *wording.kinds().items()]  # type: ignore[attr-defined]  # so has this one


def _name(user: User) -> str:
    return user.get_short_name()


class ActivityQuery(ActivityFilter):
    """The same as parameters of the API, with the page that is wanted; what is not known is refused."""

    cursor = forms.CharField(required=False)
    limit = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_PAGE)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in sorted(set(self.data) - set(self.fields))[:20]:
            self.fields[name[:80]] = forms.Field(required=False)
            self.add_error(name[:80], _("There is no such filter."))
        return {**given, "limit": given.get("limit") or PAGE_SIZE}
