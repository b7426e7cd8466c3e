"""Django's admin with our own site: signed in to like every page, and audited."""

from django.contrib.admin.apps import AdminConfig


class StaffConfig(AdminConfig):
    default_site = "accounts.staff.StaffSite"
