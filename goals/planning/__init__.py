"""What a plan of saving or paying off comes to: plain arithmetic over exact decimals that knows no database.

Amounts are Decimals of one currency, `places` its decimal places; days are dates and months go from a day to the same
day of a later month.
"""
