"""Point-in-time features: plain functions whose arguments are their inputs."""
