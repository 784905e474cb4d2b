"""The command line: `tongban …`."""
