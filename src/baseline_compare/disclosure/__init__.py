"""Nothing leaves that tells of a person."""
