"""The migrations of a register's file; `adapters.register.engine.upgrade` runs them."""
