"""The register's file: its tables, how it is opened, written, read and upgraded, and its errors."""
