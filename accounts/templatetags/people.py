"""Helpers of the pages about people."""

from collections.abc import Mapping

from allauth.account.models import EmailAddress
from django import template
from django.forms import BaseForm, EmailField, PasswordInput
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.models import AuditEvent, AuditKind, User

register = template.Library()
BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


@register.filter
def tidy(form: BaseForm) -> BaseForm:
    """allauth's forms in our manner: our labels, no placeholders, one plain sentence about new passwords."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        if isinstance(field, EmailField):
            field.label = form[name].label = gettext("E-mail address")
        if isinstance(field.widget, PasswordInput) and field.widget.attrs.get("autocomplete") == "new-password":
            hint = gettext("At least 8 characters. A few words you will remember are best.")
            form[name].help_text = field.help_text = hint  # a form that was refused has made its bound fields already
    return form


@register.filter
def has_unconfirmed(user: User) -> bool:
    """Whether an address of the user still waits for its link to be opened."""
    return bool(EmailAddress.objects.filter(user_id=user.pk, verified=False).exists())


@register.simple_tag(takes_context=True)
def settings_tab(context: template.Context, name: str, label: str) -> SafeString:
    """One tab of the settings; the sign-in pages of allauth count to security."""
    address, path = reverse(name), context["request"].path
    here = path.startswith(address) or (name == "security" and path.startswith("/auth/"))
    pattern = '<a href="{}" aria-current="page">{}</a>' if here else '<a href="{}">{}</a>'
    return format_html(pattern, address, label)


@register.filter
def client_name(user_agent: str) -> str:
    """`Firefox on Linux` for a browser; what a client calls itself, otherwise."""
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    if not browser:
        return user_agent[:80] or gettext("Unknown client")
    return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else browser


@register.filter
def done_by(event: AuditEvent, people: Mapping[str, str]) -> str:
    """Who did it, in words for the reader: the log itself has no names, as it outlives them."""
    if event.kind in {AuditKind.STAFF_READ, AuditKind.STAFF_CHANGED}:
        return gettext("Staff")
    if not event.actor:
        return gettext("Not signed in")
    return people.get(event.actor) or gettext("Somebody else")
