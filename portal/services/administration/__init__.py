"""Changes to offices, user accounts and budget years."""
