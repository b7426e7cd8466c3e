from drf_spectacular.openapi import AutoSchema  # noqa: F401
