"""The control API under `/_sandbox`: everything a user may see and steer of a merchant, from outside. One noun a file."""
