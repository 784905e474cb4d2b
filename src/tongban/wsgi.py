"""The web application for a WSGI server; production refuses to start with anything unsafe."""

import os

from django.core.wsgi import get_wsgi_application

from tongban.doors.health import safety

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
application = get_wsgi_application()
safety.refuse_unsafe()
