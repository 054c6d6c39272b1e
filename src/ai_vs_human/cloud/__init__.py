"""What runs know of other people's machines: files at an address, and the machines of a job."""
