"""What each command of ``ict`` does; `api.cli` reads its arguments and answers for its errors."""
