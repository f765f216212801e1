"""The audit: who saw, searched, changed or took out what, when, from which desk (45 CFR
164.312(b)).

An entry names a person, a practice, a kind of thing and the thing's row; never what stands in it.
It is written in the same transaction as what it tells of (`noting.note`), is never changed, and is
bound by hash and signature to the one before it (`chain`). `checking` finds what was tampered with,
`reading` is for the supervisor's screen.
"""
