"""What people say of recorded runs: right, wrong, and what would have been right."""
