"""People and books in the admin. Passwords, tokens and links are never shown; nothing is erased here."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as LibraryGroupAdmin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.models import AuditEvent, Book, Invitation, Membership, SignIn, User
from accounts.owners import OwnersShown
from accounts.staff import AuditedAdmin, ReadOnlyAdmin

WHAT = ("model", "key", "list", "view", "change")


class ReadOnlyInline(admin.TabularInline[Any, Any]):
    """Rows shown beside their parent."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class AddressInline(ReadOnlyInline):
    model = EmailAddress
    fields = ("email", "verified", "primary")


class MembershipInline(ReadOnlyInline):
    model = Membership
    fields = ("book", "user", "role", "created_at")
    readonly_fields = ("created_at",)


@admin.register(User)
class UserAdmin(AuditedAdmin):
    """Closing an account and, for superusers, rights; everything else belongs to the person."""

    list_display = ("email", "name", "is_active", "is_staff", "created_at", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    ordering = ("-id",)
    fields = (
        "email",
        "name",
        "locale",
        "is_active",
        "is_staff",
        "is_superuser",
        "groups",
        "user_permissions",
        "created_at",
        "last_login",
    )
    filter_horizontal = ("groups", "user_permissions")
    inlines = (AddressInline, MembershipInline)
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        own = ("email", "name", "locale", "created_at", "last_login")
        rights = ("is_staff", "is_superuser", "groups", "user_permissions")
        return own if request.user.is_superuser else own + rights

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A superuser's account is for superusers only."""
        above = isinstance(obj, User) and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not above


@admin.register(Book)
class BookAdmin(OwnersShown, ReadOnlyAdmin):
    list_display = ("name", "owner", "kind", "currency", "time_zone", "created_at")
    list_filter = ("kind",)
    search_fields = ("name", "memberships__user__email")
    ordering = ("-id",)
    inlines = (MembershipInline,)
    show_full_result_count = False


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ("email", "book", "role", "invited_by", "created_at", "expires_at", "accepted_at")
    fields = list_display
    list_select_related = ("book", "invited_by")
    search_fields = ("email",)
    ordering = ("-id",)


@admin.register(SignIn)
class SignInAdmin(ReadOnlyAdmin):
    list_display = ("user", "user_agent", "address", "created_at", "used_at", "expires_at", "revoked_at")
    fields = list_display
    list_select_related = ("user",)
    search_fields = ("user__email",)
    ordering = ("-id",)
    actions: Any = ("end",)

    @admin.action(description=_("End these sign-ins"), permissions=["act"])
    def end(self, request: HttpRequest, queryset: QuerySet[SignIn]) -> None:
        for sign_in in queryset.filter(revoked_at=None):
            actions.revoke(sign_in=sign_in, now=timezone.now())


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(AuditedAdmin, LibraryGroupAdmin):
    """Rights that several members of staff have; for superusers, as a person's own rights are."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "what", "subject", "actor", "book", "address")
    fields = ("at", "kind", "subject", "actor", "book", "address", "details", "chain", "digest")
    list_select_related = ("subject", "book")
    list_filter = ("kind",)
    search_fields = ("subject__email", "actor")
    ordering = ("-id",)
    show_full_result_count = False

    @admin.display(description=_("What"))
    def what(self, event: AuditEvent) -> str:
        """Of a look or a change by staff: which model, which row, and what they did with it."""
        return " ".join(str(event.details[name]) for name in WHAT if name in event.details)
