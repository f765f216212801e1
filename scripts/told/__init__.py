"""A practice told in plain words, thing by thing, as a supervisor would list what its file says.

What is told is what a difference is made of: each thing has an identity that outlives an edit (a
weekday, a provider's id, a question's linkId) and parts in words, so that two editions are compared
by what they mean and never by their lines.
"""
