"""What is there to read and to do, what each is about, and what goes with what: the catalogue and what is learned of it."""
