#!/usr/bin/env python
"""Django's command line for PocketPilot."""

import os
import sys


def main() -> None:
    """A setting that cannot be understood is one sentence, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "financeapp.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        if settings.configured:
            raise
        sys.exit(f"PocketPilot is not set up: {error}")


if __name__ == "__main__":
    main()
