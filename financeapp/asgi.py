"""Live updates (and, on a local machine, everything) under an ASGI server."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "financeapp.settings")
_pages = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402  the apps must be loaded first
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.db import connections  # noqa: E402
from django.urls import path  # noqa: E402

from financeapp.collecting import collect_rarely  # noqa: E402
from financeapp.limits import LimitedBody  # noqa: E402
from notifications.consumers import Updates  # noqa: E402

# Requests run in passing threads here, each with a connection of its own: keeping those open would use them all up.
connections.settings["default"]["CONN_MAX_AGE"] = 0

application = ProtocolTypeRouter(
    {
        "http": LimitedBody(_pages),  # type: ignore[arg-type]  # Django's stub is narrower than the standard
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter([path("ws/updates", Updates.as_asgi())]))
        ),
    }
)
collect_rarely()
