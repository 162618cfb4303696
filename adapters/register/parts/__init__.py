"""The parts of the register, one per subject: reports, timelines, decisions, receipts, pages, codes, queries."""
