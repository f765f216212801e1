"""A supervisor's work on a practice: its sections and fields, drafts, versions, the pretend call.

No YAML is ever seen. A field knows where its value stands in the file; what is typed goes there by
`scripts.editing`, and what the loader finds wrong comes back to the field it is about.
"""
