"""The steps that bring a register's file to the tables of this version; `adapters.register.upgrade` runs them."""
