"""Programs that read on behalf of an office."""
