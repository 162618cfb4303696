"""What the desk adds to a report before the register stores it, and what its case is opened with."""
