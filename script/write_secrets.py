"""Write what is missing of this machine's secrets to var/local.env. Random, once, readable by its owner only."""

import os
import secrets
from pathlib import Path

import environ

ROOT = Path(__file__).resolve().parent.parent
NEW = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "ENCRYPTION_KEYS": lambda: "k1:" + secrets.token_hex(32),
    "SANDBOX_BANK_CONTROL_SECRET": lambda: secrets.token_urlsafe(24),
    "JWT_SIGNING_KEYS": lambda: secrets.token_urlsafe(50),
}


def main() -> None:
    if (ROOT / ".env").is_file():
        environ.Env.read_env(ROOT / ".env")
    folder = ROOT / (os.environ.get("VAR_DIR") or "var")
    path = folder / "local.env"
    known = path.read_text() if path.is_file() else ""
    names = {line.partition("=")[0] for line in known.splitlines()}
    missing = [name for name in NEW if name not in names]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        lines = [f"{name}={NEW[name]()}\n" for name in missing]
        path.touch(mode=0o600)
        with path.open("a") as file:
            file.writelines(lines)


if __name__ == "__main__":
    main()
