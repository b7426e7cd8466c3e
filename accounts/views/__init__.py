"""Pages about people and books, under /settings/."""
