"""Other people's machines: files at an address, the machines of a job, and Google's clients."""
