"""Where changes are kept: nowhere, or in a SQLite file."""
