"""A stand-alone pretend bank that speaks Plaid's protocol; see README.md."""
