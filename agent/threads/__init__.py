"""Threads: conversations and analyses of the assistants, their runs, and the log that readers follow."""
