"""A command line and a composed config to every fault in them, before anything expensive."""
