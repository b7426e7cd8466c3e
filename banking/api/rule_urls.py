"""Addresses of rules in the API."""

from django.urls import path

from banking.api import rules

urlpatterns = [
    path("rules", rules.RuleCollection.as_view(), name="api_rules"),
    path("rules/reorder", rules.RuleOrder.as_view(), name="api_rule_order"),
    path("rules/preview", rules.RulePreview.as_view(), name="api_rule_preview"),
    path("rules/runs", rules.RunCollection.as_view(), name="api_rule_runs"),
    path("rules/runs/<int:run_id>", rules.RunDetail.as_view(), name="api_rule_run"),
    path("rules/suggestions", rules.RuleSuggestions.as_view(), name="api_rule_suggestions"),
    path("rules/suggestions/dismiss", rules.DismissSuggestion.as_view(), name="api_rule_dismiss"),
    path("rules/export", rules.RuleExport.as_view(), name="api_rule_export"),
    path("rules/import", rules.RuleImport.as_view(), name="api_rule_import"),
    path("rules/<int:pk>", rules.RuleDetail.as_view(), name="api_rule"),
    path("rules/<int:pk>/runs", rules.RuleRuns.as_view(), name="api_runs_of_rule"),
]
