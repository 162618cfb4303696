"""Task pages: `/t/{token}`, one page per task and person, opened by a signed link."""
