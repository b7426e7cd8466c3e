"""The day a fiscal year starts on."""

LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_fiscal_start(month: int, day: int) -> bool:
    """Whether some year has this day: 29 February counts."""
    return 1 <= month <= 12 and 1 <= day <= LONGEST[month - 1]
