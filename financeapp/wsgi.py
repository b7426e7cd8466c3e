"""Pages and API under a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "financeapp.settings")
application = get_wsgi_application()
