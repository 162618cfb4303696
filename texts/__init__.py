"""The texts people read: one catalogue per process, from `config/texts`."""
