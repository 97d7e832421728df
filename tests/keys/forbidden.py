"""Keys that must never be bound: they type text, or terminals and systems take them away."""

_NEVER = {"f11", "ctrl+tab", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m"}


def forbidden(key: str) -> bool:
    return (
        len(key) == 1
        or key in _NEVER
        or key.startswith("alt+")
        or ("ctrl+" in key and "shift+" in key)
    )
