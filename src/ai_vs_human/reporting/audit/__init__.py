"""What an audit found, on the console and as one HTML page."""
