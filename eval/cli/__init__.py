"""The commands of `footnote eval`: `app` mounts them, the other modules hold them by what they work on."""
