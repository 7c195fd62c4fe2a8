"""Papers that an authority or a colleague asks for, written from what is set and there now."""
