"""Whether this container answers; ends with 1 when it does not."""

import os
import sys
import urllib.request
from urllib.parse import urlsplit

host = urlsplit(os.environ.get("SITE_URL", "http://localhost")).hostname or "localhost"
request = urllib.request.Request(
    f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/health/live", headers={"Host": host}
)
try:
    urllib.request.urlopen(request, timeout=4).close()  # noqa: S310  our own address; raises for a status from 400 on
except OSError as error:
    sys.exit(f"no answer: {error}")
