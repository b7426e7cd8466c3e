"""The environment, read so that whoever set it wrong is told which variable and what it takes."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured


class Environment(environ.FileAwareEnv):  # type: ignore[misc]  # environ has no types
    """Raises ImproperlyConfigured with one sentence that never repeats the value, which may be a secret."""

    def get_value(self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, **options: Any) -> Any:
        """As environ has it."""  # whose signature this is
        try:
            return super().get_value(var, cast, default, **options)
        except ValueError as error:
            wanted = {int: "a whole number", float: "a number"}.get(cast, "of that form")
            raise ImproperlyConfigured(f"{var} is not {wanted}; .env.example describes it.") from error
        except ImproperlyConfigured as error:
            raise ImproperlyConfigured(
                f"{var} is not set. script/setup writes secrets for this machine to var/local.env; "
                "elsewhere set it in .env as .env.example describes."
            ) from error

    def mail(self, var: str) -> dict[str, Any]:
        """The settings of the mail server in an address such as smtp://name:password@host:587."""
        try:
            return dict(self.email_url_config(self.str(var)))
        except (ImproperlyConfigured, ValueError) as error:
            raise ImproperlyConfigured(f"{var} is not like smtp+tls://name:password@host:587.") from error

    def one_of(self, var: str, *choices: str) -> str:
        """One of these words, the first one where nothing is set."""
        word = self.str(var, default=choices[0])
        if word not in choices:
            raise ImproperlyConfigured(f"{var} is none of {', '.join(choices)}.")
        return str(word)
