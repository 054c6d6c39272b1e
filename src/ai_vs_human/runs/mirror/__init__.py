"""A run's folder and its copy elsewhere, from which it goes on where the folder is lost."""
