"""Sound: where the desk's microphone and earpiece are, and how frames reach the bridge."""
