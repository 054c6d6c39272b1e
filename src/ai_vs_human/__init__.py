"""Detectors of AI-generated images: trained, measured and compared from one `train.py`."""
