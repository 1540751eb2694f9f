"""The register of what is owed: importing and keeping it, exemptions, tables that nobody announced, offices without."""
