"""Keys of rows in addresses: `<key:book_id>`, an integer that every database can hold."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class KeyConverter(IntConverter):
    """`<int:…>` would also take numbers that SQLite cannot compare, and answer 500."""

    regex = "[0-9]{1,18}"


register_converter(KeyConverter, "key")
