"""What a sweep leaves behind: a table, a sheet of figures and a page, from its Optuna study."""
