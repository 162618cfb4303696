"""The case: its state, the steps that change it, what it has still to send, and how it stands in a summary."""
