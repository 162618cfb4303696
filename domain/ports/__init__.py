"""What the effects and the desk need from outside, as protocols; adapters fulfil them, `wiring` joins the two."""
