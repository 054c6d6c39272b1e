"""Formulas of the field, and the one collection that every stage reports."""
