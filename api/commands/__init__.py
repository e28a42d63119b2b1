"""What each command of ``ict`` does; `api.command_line` reads its arguments, `api.cli` answers for its errors."""
