"""What follows from allauth's events."""
