"""账户注册: from a name and an ID number to an account."""
