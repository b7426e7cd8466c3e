"""Every package is pinned by its hashes, what is behind is found, and what we consist of is listed."""

import json
import re

import pytest
from django.conf import settings
from django.core.management import call_command

from financeapp import dependencies
from financeapp.dependencies import _newest_patch as newest_patch

ROOT = settings.BASE_DIR


@pytest.mark.parametrize("file", dependencies.FILES)
def test_every_pin_has_a_hash(file):
    lines = re.findall(r"^(?![ #\n]|-r requirements\.txt$).+", (ROOT / file).read_text(), re.MULTILINE)
    assert len(lines) == len(dependencies.pins(file)) > 0
    assert [pin.name for pin in dependencies.pins(file) if not pin.hashes] == []


def test_no_package_is_pinned_twice():
    names = [pin.name for file in ("requirements.txt", "requirements-dev.txt") for pin in dependencies.pins(file)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("file", ["script/setup", "script/vendor", "Dockerfile"])
def test_nothing_is_installed_without_its_hash(file):
    installs = re.findall(r"^.*pip install.*$", (ROOT / file).read_text(), re.MULTILINE)
    assert installs
    assert all("--require-hashes" in line for line in installs)


@pytest.mark.parametrize(
    ("version", "released", "newest"),
    [
        ("5.2.9", ["6.0", "5.2.19", "5.2.10", "5.1.20"], "5.2.19"),
        ("5.2.19", ["6.0", "5.2.19"], "5.2.19"),
        ("1.1.1.2", ["1.1.1.3", "1.2"], "1.1.1.3"),
        ("2026.1", [], "2026.1"),
    ],
)
def test_the_newest_patch_stays_in_its_series(version, released, newest):
    assert newest_patch(version, released) == newest


def test_the_bill_of_materials_lists_what_runs(tmp_path):
    call_command("dependencies", "--offline", "--sbom", str(tmp_path / "sbom.json"))
    bill = json.loads((tmp_path / "sbom.json").read_text())
    found = {each["purl"] for each in bill["components"]}
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert {f"pkg:pypi/{pin.name}@{pin.version}" for pin in dependencies.pins("requirements.txt")} <= found
    assert any(purl.startswith("pkg:npm/chart.js@") for purl in found)
    assert len(found) == len(bill["components"])
