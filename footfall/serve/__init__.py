"""The app: one port for the collector, the API and health."""
