"""The risk of a claim: what an unread report is proposed as, by weighted questions, and how triage judged that."""
