"""Speed, size and fault figures. Each module has ``main(short: bool)``, prints a figure beside its peer or limit, and bounds its run."""
