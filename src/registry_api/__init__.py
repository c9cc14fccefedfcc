"""Electronic registration of TCM specialty physicians (中医（专长）医师)."""
