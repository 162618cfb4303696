"""Everything a person reads: one catalogue per process, from `config/texts`."""
