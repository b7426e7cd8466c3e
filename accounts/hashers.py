"""Argon2id with the costs that OWASP recommends: 19 MiB, two passes, one lane (about 20 ms)."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
