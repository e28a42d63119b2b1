"""The picture: its markup read as XML, and its page in a real browser."""
