"""Networks as pure modules: front-ends, backbones and the detector they make."""
