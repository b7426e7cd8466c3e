"""Live updates (and, on a local machine, everything) under an ASGI server."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "financeapp.settings")
application = get_asgi_application()
