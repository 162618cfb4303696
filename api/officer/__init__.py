"""The inbox of officers, and its login."""
