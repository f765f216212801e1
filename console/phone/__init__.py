"""The console's side of the softphone: the link to the engine and the engine's life."""
