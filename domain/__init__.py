"""Pure rules of a rumor case: no clock, no randomness, no client library. Time is an argument."""
