"""The forms of officers' pages: which there are, how they are shown, and how what was sent is read."""
