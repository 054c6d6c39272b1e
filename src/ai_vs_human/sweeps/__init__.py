"""A study of Optuna's to trials that are asked for, done somewhere, and told: across kills."""
