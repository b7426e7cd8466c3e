"""Says what is missing or half configured, and how to mend it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from financeapp import diagnosis


class Command(BaseCommand):
    help = "Look at every part of this installation; end with an error when one does not work."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        findings = diagnosis.all_findings()
        for finding in findings:
            self.stdout.write(f"{'ok      ' if finding.works else 'PROBLEM '} {finding.part}: {finding.says}")
            if not finding.works and finding.mend:
                self.stdout.write(f"          {finding.mend}")
        broken = sum(not finding.works for finding in findings)
        if broken:
            raise CommandError(f"{broken} of {len(findings)} parts need attention.")
        self.stdout.write("Everything is in order.")
