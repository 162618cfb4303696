"""The durable part: one workflow is one rumor case, driven by what the rules say it has to send."""
