"""Which images are for training, validation and test, so that none leaks into another split."""
