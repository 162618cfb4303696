"""The clocks of a case: the account of their time, their ladders, and pauses."""
