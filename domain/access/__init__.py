"""Who may take which decision, and the codes that prove a second channel."""
