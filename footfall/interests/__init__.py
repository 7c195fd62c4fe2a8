"""What there is to read and use, what it is about, and what to show next: pure functions over anonymous counts."""
