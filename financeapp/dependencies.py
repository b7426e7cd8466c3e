"""The packages we run on: what is pinned, what is behind, and the list that auditors read (CycloneDX)."""

import json
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from django.conf import settings

PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(.*)$", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})\b")
FILES = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")
LOCK = "package-lock.json"


@dataclass(frozen=True, slots=True)
class Pin:
    """One package at one version, and the digests of the files that may be installed for it."""

    name: str
    version: str
    hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """A pin and the newest patch of its series."""

    name: str
    version: str
    newest: str


def pins(file: str) -> list[Pin]:
    """What a requirements file pins."""
    text = (settings.BASE_DIR / file).read_text().replace("\\\n", "")
    return [Pin(_normal(name), version, tuple(HASH.findall(rest))) for name, version, rest in PIN.findall(text)]


def behind(known: list[Pin]) -> list[Behind]:
    """The pins that are not the newest patch of their series (of 5.2.19: the newest 5.2.x). Asks the package index."""
    newer = _outdated()
    late = [(pin, _newest_patch(pin.version, _released(pin.name))) for pin in known if pin.name in newer]
    return [Behind(pin.name, pin.version, newest) for pin, newest in late if newest != pin.version]


def _outdated() -> set[str]:
    """Installed packages of which there is any newer release, in one call of pip."""
    listed = json.loads(_pip("list", "--outdated", "--format", "json"))
    return {_normal(each["name"]) for each in listed}


def _released(name: str) -> list[str]:
    found = re.search(r"Available versions: (.+)", _pip("index", "versions", name))
    return found[1].split(", ") if found else []


def _pip(*arguments: str) -> str:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603  our own arguments


def _newest_patch(version: str, released: list[str]) -> str:
    series = _numbers(version)[:2]
    return max([each for each in released if _numbers(each)[:2] == series] + [version], key=_numbers)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.partition("+")[0]))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def bill_of_materials(now: datetime) -> dict[str, Any]:
    """What the application consists of, as CycloneDX 1.6: Python packages and what the browser gets from npm."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid4()}",
        "version": 1,
        "metadata": {
            "timestamp": now.isoformat(timespec="seconds"),
            "component": {"type": "application", "name": settings.SITE_NAME, "bom-ref": "application"},
        },
        "components": [*_python_components(), *_npm_components()],
    }


def _python_components() -> Iterator[dict[str, Any]]:
    for pin in pins("requirements.txt"):
        address = f"pkg:pypi/{pin.name}@{pin.version}"
        yield {
            "type": "library",
            "name": pin.name,
            "version": pin.version,
            "purl": address,
            "bom-ref": address,
            **_licence(pin.name),
        }


def _licence(name: str) -> dict[str, Any]:
    """As the installed package states it; nothing for one that this platform does not need."""
    try:
        stated = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return {}
    words = (stated["License-Expression"] or stated["License"] or "").strip().partition("\n")[0]
    return {"licenses": [{"license": {"name": words[:100]}}]} if words else {}


def _npm_components() -> Iterator[dict[str, Any]]:
    packages = json.loads(Path(settings.BASE_DIR / LOCK).read_text())["packages"]
    for place, package in sorted(packages.items()):
        if place and not package.get("dev"):
            name = place.rpartition("node_modules/")[2]
            address = f"pkg:npm/{name.replace('@', '%40')}@{package['version']}"
            yield {
                "type": "library",
                "name": name,
                "version": package["version"],
                "purl": address,
                "bom-ref": address,
                "licenses": [{"license": {"name": package.get("license", "unknown")}}],
            }
