"""电子证照: issued to whoever holds a valid registration, shown, verified by anyone, and ended with its cause."""
