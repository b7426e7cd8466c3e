"""Icons: lucide's own tag reads its archive and writes the drawing anew each time; here each is drawn once."""

from functools import lru_cache

from django import template
from django.utils.safestring import SafeString
from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide as draw

register = template.Library()


@register.simple_tag(name="lucide")
@lru_cache(maxsize=1024)
def lucide(name: str, *, size: int = 24, **attributes: object) -> SafeString:
    """The drawing; raise IconDoesNotExist. `attributes` go to the svg element, with dashes for underscores."""
    return SafeString(draw(name, size=size, **attributes))


@lru_cache(maxsize=1024)
def icon(name: str, size: int) -> SafeString:
    """A decorative icon by a name that was stored: a circle where there is none of that name."""
    try:
        return SafeString(draw(name, size=size, aria_hidden="true"))
    except IconDoesNotExist:
        return SafeString(draw("circle", size=size, aria_hidden="true"))
