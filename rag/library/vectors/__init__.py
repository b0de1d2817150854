"""Vector stores: a port, one adapter for each store, and the store of a library."""
