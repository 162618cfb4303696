"""Keys in files, and texts signed with them."""
