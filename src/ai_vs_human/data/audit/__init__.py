"""Do the images hold leaks or shortcuts? Checks of a manifest, each with a verdict."""
