"""Pages and API under a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from financeapp.collecting import collect_rarely

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "financeapp.settings")
application = get_wsgi_application()
collect_rarely()
