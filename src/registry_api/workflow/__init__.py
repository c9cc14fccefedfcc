"""The one workflow table and its engine."""
