"""Whether this container answers; ends with 1 when it does not."""

import os
import sys
import urllib.request

try:
    urllib.request.urlopen(f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/health/live", timeout=4).close()
except OSError as error:
    sys.exit(f"no answer: {error}")
