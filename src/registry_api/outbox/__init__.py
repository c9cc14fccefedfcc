"""Events recorded with the change and delivered by the worker."""
