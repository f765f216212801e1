"""What leaves the desk for a provider or a practice: one dispatch, one channel, one attempt.

Free of Qt and of the database. Who is due what, and what became of it, is the records' business;
this room only carries, and says honestly whether it arrived, did not, or may have.
"""
