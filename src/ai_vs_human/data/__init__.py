"""From a source of images to batches: manifest, split, dataset, datamodule."""
