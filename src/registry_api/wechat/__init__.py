"""Signing in with WeChat."""
