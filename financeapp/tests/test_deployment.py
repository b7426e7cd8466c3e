"""What is written down for an installation fits the code: variables, containers, commands."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.urls import reverse

from financeapp.tests.promised import promised, skipped_without_reason

ROOT = settings.BASE_DIR
OURS = {"PUBLISHED_ADDRESS", "PUBLISHED_PORT"}  # of compose.yaml itself
SETTINGS = (ROOT / "financeapp" / "settings.py").read_text()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES = {name: service for name, service in COMPOSE["services"].items() if "build" in service}


def known_variables():
    named = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', SETTINGS))
    return named | set(re.findall(r'"(GOOGLE_[A-Z_]+_URL|GOOGLE_ID_TOKEN_ISSUER)"', SETTINGS)) | {"VAR_DIR"}


def documented_variables():
    return re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_every_variable_is_explained_once():
    assert sorted(documented_variables()) == sorted(known_variables())


def test_the_explained_defaults_are_the_real_ones():
    for name, value in re.findall(r"^([A-Z_]+)=(.+)$", (ROOT / ".env.example").read_text(), re.MULTILINE):
        default = re.search(rf'env\.\w+\(\s*"{name}", default=(.+?)\)(?:\.|$|,|\n|\s)', SETTINGS)
        if default and re.fullmatch(r'"[^"{]*"|\d+|True|False', default[1]):
            assert value.lower() == default[1].strip('"').lower(), name


def test_containers_set_only_known_variables():
    for service in SERVICES.values():
        assert set(service["environment"]) <= known_variables()
    used = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text()))
    assert used <= known_variables() | OURS


def test_containers_are_confined():
    for service in SERVICES.values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
    assert re.search(r"^USER pocketpilot$", DOCKERFILE, re.MULTILINE)
    assert DOCKERFILE.rindex("USER ") < DOCKERFILE.rindex("CMD ")
    assert "ports" not in COMPOSE["services"]["postgres"]
    assert "ports" not in COMPOSE["services"]["redis"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_commands_exist(name):
    command = SERVICES[name]["command"]
    script = next((part for part in command if part.endswith((".sh", ".py"))), None)
    assert script
    assert (ROOT / script).is_file()
    if script.endswith(".sh"):
        started = re.search(r"^exec (\S+)", (ROOT / script).read_text(), re.MULTILINE)[1]
        assert shutil.which(started, path=str(ROOT / ".venv" / "bin")) or shutil.which(started), started


@pytest.mark.parametrize("script", sorted((ROOT / "docker").glob("*.sh")) + sorted((ROOT / "script").iterdir()))
def test_scripts_are_well_formed(script):
    if script.suffix == ".py":
        compile(script.read_text(), str(script), "exec")
    else:
        subprocess.run(["sh", "-n", str(script)], check=True)


def test_files_that_the_image_copies_exist():
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists(), source
    assert "docker/healthcheck.py" in DOCKERFILE
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".env", "var", ".git"} <= set(ignored)


def test_every_dependency_is_declared():
    """Services are waited for by a condition that they can fulfil."""
    for name, service in COMPOSE["services"].items():
        for other, how in service.get("depends_on", {}).items():
            target = COMPOSE["services"][other]
            if how["condition"] == "service_healthy" and "build" not in target:
                assert "healthcheck" in target, f"{name} waits for {other}"
            if how["condition"] == "service_healthy":
                assert not target.get("healthcheck", {}).get("disable")


@pytest.mark.parametrize("name", ["setup", "server", "worker", "test", "check", "console"])
def test_scripts_can_be_run(name):
    assert Path(ROOT / "script" / name).stat().st_mode & 0o111


def test_a_start_without_secrets_fails(tmp_path):
    for missing in ("SECRET_KEY", "ENCRYPTION_KEYS", "JWT_SIGNING_KEYS"):
        given = {"SECRET_KEY": "x", "ENCRYPTION_KEYS": "k:00", "JWT_SIGNING_KEYS": "x"}
        del given[missing]
        ran = subprocess.run(
            [sys.executable, "-c", "import financeapp.settings"],
            env={**given, "VAR_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        assert ran.returncode != 0, missing
        assert missing.encode() in ran.stderr


def settings_with(tmp_path, **given):
    """Every setting, as a process with this environment alone has it."""
    secrets = {"SECRET_KEY": "x" * 50, "ENCRYPTION_KEYS": f"k:{'ab' * 32}", "JWT_SIGNING_KEYS": "y" * 50}
    show = "from financeapp import settings as s; print({n: repr(v) for n, v in vars(s).items() if n.isupper()})"
    ran = subprocess.run(
        [sys.executable, "-c", show],
        env={**given, "VAR_DIR": str(tmp_path), "PATH": "/usr/bin:/bin", **secrets},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


def settings_of_copy(tmp_path, lines, **given):
    """The same of a copy whose .env has these lines."""
    (tmp_path / "financeapp").mkdir()
    (tmp_path / "financeapp" / "__init__.py").touch()
    for name in ("settings.py", "environment.py"):
        shutil.copy2(ROOT / "financeapp" / name, tmp_path / "financeapp" / name)
    (tmp_path / ".env").write_text(lines)
    secrets = {"SECRET_KEY": "x", "ENCRYPTION_KEYS": "k:00", "JWT_SIGNING_KEYS": "y"}
    show = "import json; from financeapp import settings as s;"
    show += "print(json.dumps({n: v for n, v in vars(s).items() if n.isupper()}, default=str))"
    command, environment = [sys.executable, "-c", show], {**given, **secrets, "PATH": "/usr/bin:/bin"}
    ran = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def test_a_copied_example_changes_nothing_but_what_is_filled_in(tmp_path):
    example = (ROOT / ".env.example").read_text()
    found = settings_of_copy(tmp_path, example.replace("\nSITE_URL=\n", "\nSITE_URL=https://money.example\n"))
    assert found["SECURE"]
    assert not found["LOCAL"]
    assert found["ALLOWED_HOSTS"] == ["money.example"]


def test_the_file_names_the_folder_in_which_the_rest_is_read(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "local.env").write_text("SANDBOX_BANK_CONTROL_SECRET=random\n")
    found = settings_of_copy(tmp_path, (ROOT / ".env.example").read_text().replace("VAR_DIR=", "VAR_DIR=elsewhere"))
    assert found["VAR_DIR"] == str(tmp_path / "elsewhere")
    assert found["SANDBOX_BANK_CONTROL_SECRET"] == "random"


def test_the_file_wins_over_the_port_of_a_local_server(tmp_path):
    assert settings_of_copy(tmp_path, "SITE_URL=https://money.example", PORT="8530")["SECURE"]
    assert "'SITE_URL': \"'http://localhost:8530'\"" in settings_with(tmp_path, PORT="8530")


def test_any_text_is_a_password_of_the_database(tmp_path):
    given = {"DATABASE_URL": "postgres://pocketpilot@postgres/pocketpilot", "DATABASE_PASSWORD": "a/b@c#d%e"}
    database = settings_of_copy(tmp_path, "", **given)["DATABASES"]["default"]
    assert (database["USER"], database["HOST"], database["PASSWORD"]) == ("pocketpilot", "postgres", "a/b@c#d%e")


def test_containers_know_no_secret_of_the_superuser():
    assert "POSTGRES_PASSWORD" not in str(SERVICES)
    assert "POSTGRES_PASSWORD" not in documented_variables()
    assert "${POSTGRES_PASSWORD" not in (ROOT / "compose.yaml").read_text()


def test_only_the_machine_itself_reaches_the_proxy():
    assert COMPOSE["services"]["proxy"]["ports"] == ["${PUBLISHED_ADDRESS:-127.0.0.1}:${PUBLISHED_PORT:-8080}:8080"]


def test_the_database_counts_as_there_when_the_network_reaches_it():
    """While it is made it answers on its socket only."""
    assert "--host 127.0.0.1" in COMPOSE["services"]["postgres"]["healthcheck"]["test"][1]


def test_both_redirect_addresses_of_google_are_named():
    example = (ROOT / ".env.example").read_text()
    for name in ("google_callback", "api_google_callback"):
        assert f"SITE_URL{reverse(name)}" in example


def test_a_variable_left_empty_means_its_default(tmp_path):
    empty = dict.fromkeys(documented_variables(), "")
    assert settings_with(tmp_path, **empty) == settings_with(tmp_path)
    kept = settings_with(tmp_path, **{**empty, "SITE_URL": "https://money.example"})
    assert "'SECURE_SSL_REDIRECT': 'True'" in kept


def test_every_test_that_is_named_in_the_documents_exists():
    named = promised()
    assert len(named) > 35
    assert [each for each in named if f"def {each[1]}(" not in (ROOT / each[0]).read_text()] == []


def test_one_that_is_skipped_though_it_could_run_is_found():
    free = next(f"{path}::{name}" for (path, name), needs in promised().items() if not needs)
    nodes = {f"{free}[one]", f"{free}[two]"}
    assert skipped_without_reason(skipped=nodes, ran=set()) == [free]
    assert skipped_without_reason(skipped=nodes, ran={f"{free}[three]"}) == []
    assert skipped_without_reason(skipped={"financeapp/tests/test_boot.py::test_health"}, ran=set()) == []


@pytest.mark.parametrize(("address", "found"), [("", False), ("postgres://127.0.0.1/x", True)])
def test_one_that_needs_postgresql_may_be_skipped_without_it(settings, address, found):
    settings.DATABASE_URL = address
    needing = [f"{path}::{name}" for (path, name), needs in promised().items() if needs == "PostgreSQL"]
    assert needing
    assert skipped_without_reason(skipped=set(needing), ran=set()) == (sorted(needing) if found else [])


def test_fetching_scripts_touches_no_python_but_the_projects_own(tmp_path):
    for name in ("script/vendor", "package-lock.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy2(ROOT / name, tmp_path / name)
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("sh", "dirname", "cksum", "cat"):
        (tools / tool).symlink_to(shutil.which(tool))
    other = tmp_path / "python"
    other.write_text(f"#!/bin/sh\necho used >> {tmp_path}/used\n")
    other.chmod(0o755)
    environment = {"PATH": str(tools), "PYTHON": str(other)}
    ran = subprocess.run(["script/vendor"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "script/setup" in ran.stderr
    assert not (tmp_path / "used").exists()
