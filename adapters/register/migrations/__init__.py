"""The steps that bring a register's file to the tables of this version; run by `adapters.register.engine.upgrade`."""
