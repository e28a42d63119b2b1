"""The endpoints, one file a feature."""
