"""The admin: who may enter it, and how what staff look at and change is kept in the audit log."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, cast

from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_permission_codename
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, origin
from accounts.books import everywhere
from accounts.fields import EncryptedField
from accounts.models import AuditKind, Book, User
from accounts.plain import plain_text

UNSEEN = {
    "account.EmailAddress",
    "account.EmailConfirmation",
    "django_celery_results.GroupResult",
    "django_celery_results.TaskResult",
    "mfa.Authenticator",
    "socialaccount.SocialAccount",
    "socialaccount.SocialApp",
    "socialaccount.SocialToken",
    "usersessions.UserSession",
}
REASON_KEY, REASON_SECONDS = "staff_reason", 3600


class StaffSite(admin.AdminSite):
    """Entered through the ordinary sign-in, with a second factor save on a local machine; sees all books."""

    site_header = site_title = gettext_lazy("Staff")
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, *args: Any, **options: Any) -> None:  # Django's signature
        """Leave out the models of libraries that would show secrets or let staff take accounts over."""
        models: list[Any] = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        if shown := [model for model in models if model._meta.label not in UNSEEN]:
            super().register(shown, *args, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and (settings.LOCAL or is_mfa_enabled(request.user))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or request.get_full_path(), settings.LOGIN_URL)
        if not request.user.is_staff:
            raise PermissionDenied
        if not self.has_permission(request):
            messages.warning(request, _("Staff need a second factor. Set one up, then come back."))
            return redirect("security")
        return redirect("admin:index")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """To everybody's form, which writes the change down and tells the person by mail."""
        return redirect("account_change_password")

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Any:
        guarded = super().admin_view(view, cacheable)

        @wraps(view)
        def in_all_books(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # any view's arguments
            with everywhere("the admin is for all books"):
                response: Any = guarded(request, *args, **kwargs)
                if hasattr(response, "render") and not response.is_rendered:
                    response.render()
                return cast(HttpResponseBase, response)

        return in_all_books


class ReasonForm(forms.Form):
    """Why a member of staff opens or changes a person's data."""

    staff_reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, validators=[plain_text])


class AuditedAdmin(admin.ModelAdmin[Any]):
    """Each look at a list or a row and each change of a row, also by an action, adds an audit event.

    A row opens and changes only for a reason, asked once an hour. An action declares `permissions=["act"]`: the right
    to change such rows, which pages that show them only give to nobody otherwise. Never shows an encrypted field.
    """

    def __init__(self, model: type[Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        shown = {*self.list_display, *self.readonly_fields, *self.search_fields, *(self.fields or ())}
        secret = {f.name for f in model._meta.fields if isinstance(f, EncryptedField)}
        if secret & {str(name) for name in shown}:
            raise ImproperlyConfigured(f"The admin of {model._meta.label} shows an encrypted field.")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "POST" and (question := self._question(request)):
            return question
        self._note(request, AuditKind.STAFF_READ, None, {"list": "searched" if request.GET.get("q") else "opened"})
        return super().changelist_view(request, extra_context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if (self._exists(request, object_id) or request.method == "POST") and (question := self._question(request)):
            return question
        self._note_look(request, object_id, "row")
        return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        asks = self.has_delete_permission(request) and self._exists(request, object_id)
        if asks and (question := self._question(request)):
            return question
        self._note_look(request, object_id, "deletion")
        return super().delete_view(request, object_id, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if self._exists(request, object_id) and (question := self._question(request)):
            return question
        self._note_look(request, object_id, "history")
        return super().history_view(request, object_id, extra_context)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._note_change(request, obj, "added")
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._note_change(request, obj, "changed")
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> Any:
        for row in queryset:
            self._note_change(request, row, "deleted")
        return super().log_deletions(request, queryset)  # type: ignore[arg-type]  # Django passes querysets and lists

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        found: dict[str, Any] = super().get_actions(request)
        return {name: (_noted(act, name), name, label) for name, (act, _name, label) in found.items()}

    def has_act_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename('change', self.opts)}")

    def _exists(self, request: HttpRequest, object_id: str | None) -> bool:
        """Nobody is asked why they open what is not there."""
        return object_id is not None and self.get_object(request, unquote(object_id)) is not None

    def _question(self, request: HttpRequest) -> HttpResponse | None:
        """The page that asks for a reason, or None when there is one. It carries along what was being sent."""
        if _reason(request):
            return None
        form = ReasonForm(request.POST if "staff_reason" in request.POST else None)
        sent = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in {"csrfmiddlewaretoken", "staff_reason"}
        ]
        if not form.is_valid():
            context = {**self.admin_site.each_context(request), "form": form, "sent": sent, "title": _("Why?")}
            return render(request, "admin/reason.html", context)
        request.session[REASON_KEY] = [form.cleaned_data["staff_reason"], timezone.now().timestamp()]
        return None if sent else redirect(request.get_full_path())

    def _note_look(self, request: HttpRequest, object_id: str | None, view: str) -> None:
        found = self.get_object(request, unquote(object_id)) if object_id and request.method == "GET" else None
        if found is not None:
            self._note(request, AuditKind.STAFF_READ, found, {"view": view, "reason": _reason(request)})

    def _note_change(self, request: HttpRequest, row: Model, change: str) -> None:
        self._note(request, AuditKind.STAFF_CHANGED, row, {"change": change, "reason": _reason(request)})

    def _note(self, request: HttpRequest, kind: AuditKind, row: Model | None, details: dict[str, str | int]) -> None:
        what: dict[str, str | int] = {"model": self.model._meta.label, **({"key": str(row.pk)} if row else {})}
        audit.record(
            kind=kind,
            subject=row if isinstance(row, User) else _part(row, "user", User) or _part(row, "subject", User),
            book=row if isinstance(row, Book) else _part(row, "book", Book),
            by=cast(User, request.user),
            origin=origin.of(request),
            details={**what, **details},
        )


def _noted(act: Callable[..., Any], name: str) -> Callable[..., Any]:
    """The action, with an audit event for each row that it is about."""

    @wraps(act)
    def noted(page: AuditedAdmin, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        with transaction.atomic():
            for row in queryset.order_by("pk"):
                page._note_change(request, row, name)
            return act(page, request, queryset)

    return noted


def _part(row: Model | None, name: str, kind: type[Any]) -> Any:
    found = getattr(row, name, None)
    return found if isinstance(found, kind) else None


def _reason(request: HttpRequest) -> str:
    """Why the member of staff is looking, if they said so within the hour."""
    text, said_at = request.session.get(REASON_KEY, ["", 0])
    return str(text) if timezone.now().timestamp() - said_at < REASON_SECONDS else ""


class ReadOnlyAdmin(AuditedAdmin):
    """Rows that staff may look at only."""

    actions: Any = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
