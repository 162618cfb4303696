"""What pages are written with: Markdown made safe, and time in words."""
