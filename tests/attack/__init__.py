"""Attacks on a running house by somebody without its keys; `make attack` runs all, with its worker killed meanwhile."""
