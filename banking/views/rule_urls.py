"""Addresses of the rules lab."""

from django.urls import path

from banking.views import rule_editor, rules

urlpatterns = [
    path("rules", rules.rules, name="rules"),
    path("rules/new", rule_editor.edit, name="rule_editor"),
    path("rules/preview", rule_editor.preview, name="rule_preview"),
    path("rules/check", rules.check, name="rule_check"),
    path("rules/run", rules.run, name="rules_run"),
    path("rules/runs", rules.runs, name="rule_runs"),
    path("rules/suggestions/dismiss", rules.dismiss, name="rule_dismiss"),
    path("rules/export", rules.export, name="rule_export"),
    path("rules/import", rule_editor.import_file, name="rule_import"),
    path("rules/<int:pk>", rule_editor.edit, name="rule"),
    path("rules/<int:pk>/move", rules.move, name="rule_move"),
    path("rules/<int:pk>/switch", rules.switch, name="rule_switch"),
    path("rules/<int:pk>/run", rules.run, name="rule_run"),
]
