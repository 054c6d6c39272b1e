"""The LightningModule, its losses and schedules."""
