"""Saving a rule, from the page of a transaction or of the categories."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.pages import BookRequest
from banking import actions, queries
from banking.forms.ruling import RuleForm
from journal import actions as journal


def save_rule(request: BookRequest, form: RuleForm) -> str:
    """Store the rule of a valid form and, if wanted, file what is there; what was done, in words. Raise Refused."""
    now = timezone.now()
    with journal.operation(book=request.book, by=request.user, verb="create_rule", now=now):  # undone as one
        actions.create_rule(book=request.book, by=request.user, new=form.new(), now=now)
        if not form.cleaned_data["past"]:
            return _("Saved. What comes from now on is filed like this.")
        meant = queries.Filters(text=form.cleaned_data["contains"])
        count = actions.refile(book=request.book, by=request.user, now=now, filters=meant)
    return ngettext("Saved, and %d transaction filed anew.", "Saved, and %d transactions filed anew.", count) % count
