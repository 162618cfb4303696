"""The checks of `piyao doctor`."""
