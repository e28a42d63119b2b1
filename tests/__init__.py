"""Tests mirror the packages; `contract` holds one suite per port, `acceptance` a real server and a real client."""
