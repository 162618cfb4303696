"""Time as an office counts it: wall time, working hours and days, the calendar behind them, and quiet hours."""
