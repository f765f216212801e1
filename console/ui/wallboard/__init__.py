"""The wallboard: the floor on a large screen, read from five metres. `words` says what stands
where, `looks` how it looks by day and by night, `board` draws it, `window` is the screen."""
