"""The indicator library, and what is known of approved tables."""
