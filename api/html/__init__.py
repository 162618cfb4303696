"""What pages are written with: signed texts as they were typed, and time in words."""
