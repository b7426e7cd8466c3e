"""The API about people and books."""
