"""All the runs of an output folder: found, chosen, ranked, compared, tidied up."""
