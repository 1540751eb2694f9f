"""Files: what comes into the portal and what leaves it."""
