"""The files of a new office, made from the sample, and what is left of the sample in them."""
