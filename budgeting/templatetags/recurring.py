"""Words for what comes again."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgeting.queries.recurring import Coming, Meeting

register = template.Library()
WORDS = {
    Meeting.MET: (gettext_lazy("Paid"), gettext_lazy("Arrived"), "success"),
    Meeting.DUE: (gettext_lazy("Due"), gettext_lazy("Due"), "warning"),
    Meeting.MISSED: (gettext_lazy("Missed"), gettext_lazy("Missed"), "danger"),
}


@register.simple_tag
def coming_badge(coming: Coming, *, with_ahead: bool = False) -> SafeString | str:
    """What became of an expected day, in words; of one that is still ahead only `with_ahead`."""
    if coming.state not in WORDS:
        return format_html('<span class="badge">{}</span>', _("Expected")) if with_ahead else ""
    out, into, colour = WORDS[coming.state]
    return format_html('<span class="badge {}">{}</span>', colour, into if coming.amount > 0 else out)
