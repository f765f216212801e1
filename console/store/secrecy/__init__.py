"""What callers said, encrypted field by field before any database sees it.

A row's secrets are one ciphertext, bound to its table and row (`vault`). The data keys are kept
wrapped for each desk that was admitted (`keyring`); columns read as if they were in the clear
(`columns`); names and numbers are found by keyed hashes (`blind`); `rotating` puts new keys in the
place of old ones. docs/privacy.md says which columns, and why the others are not.
"""
