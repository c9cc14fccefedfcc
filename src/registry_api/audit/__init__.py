"""The append-only trail and its hash chain."""
