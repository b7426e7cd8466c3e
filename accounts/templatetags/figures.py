"""Rendering amounts."""

from django import template

register = template.Library()
