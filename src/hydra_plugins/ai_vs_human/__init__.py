"""Plugins that Hydra finds here: launchers, and sweepers.

Hydra imports every module of this package at each start, so none imports what takes long.
"""
