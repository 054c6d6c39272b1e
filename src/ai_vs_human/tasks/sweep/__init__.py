"""A sweep's study to what people look at when it is over."""
