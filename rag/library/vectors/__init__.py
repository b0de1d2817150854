"""Vector stores: one adapter a store behind one port."""
