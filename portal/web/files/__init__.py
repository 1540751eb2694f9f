"""Files: import, export and print views."""
