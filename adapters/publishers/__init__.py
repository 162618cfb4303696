"""Publishers: each channel by which pages go out."""
