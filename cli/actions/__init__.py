"""What the commands do, except those that run services."""
