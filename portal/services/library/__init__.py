"""The bureau's changes to the indicator library, and the indexes of indicators, sentences and full texts."""
