"""What the made city's offices would send: files in their real formats with their real dirt, and the truth about them."""
