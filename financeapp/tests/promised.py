"""The tests that docs/security-tests.md names, and what some of them need."""

import os
import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`(?: \(needs (\w+)\))?")


def chromium():
    """The Chromium that CHROMIUM names, else one of this machine ("" for none): the one without windows is quicker."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), "")


def promised():
    """What each needs ("" for nothing), by (path, name)."""
    found = NAMED.findall((ROOT / "docs" / "security-tests.md").read_text())
    return {(path, name): needs for path, name, needs in found}


def is_here(needs):
    from django.conf import settings

    return {
        "": True,
        "PostgreSQL": bool(settings.DATABASE_URL),
        "Chromium": bool(chromium()),
        "nginx": bool(shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")),
    }[needs]


def skipped_without_reason(*, skipped, ran):
    """Named tests of which no case ran although what they need is here; both arguments are sets of node ids."""
    none_ran = {_place(node) for node in skipped} - {_place(node) for node in ran}
    return sorted(
        f"{path}::{name}" for (path, name), needs in promised().items() if (path, name) in none_ran and is_here(needs)
    )


def _place(node):
    path, *_, name = node.partition("[")[0].split("::")
    return path, name
