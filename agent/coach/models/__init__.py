"""The models a coach may speak with: a server's over the network, or the one that needs none."""
