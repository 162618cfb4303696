"""The adapters: each port of the domain, carried out with a file, a database or a service."""
