"""Which images show one picture: found by perceptual hash, confirmed by thumbnail, clustered."""
