"""From a new account to an activated one."""
