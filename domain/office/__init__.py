"""The office: its units, its persons and their seats, and what the roster lacks."""
