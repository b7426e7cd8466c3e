"""Speed, as ratios to hand-written SQL on the same PostgreSQL in the same run."""
