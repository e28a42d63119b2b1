"""The wire: HTTP, server-sent events and the command line."""
