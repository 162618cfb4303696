"""The rules about clocks: acknowledging, escalating, nudging, pausing, extending, and a newer calendar."""
