"""The records: what came of every call, kept so that nothing is lost and nothing is kept twice.

Qt-free, and free of the phone: the desk hands in frozen records of what happened (`work`), gets
frozen records back, and hears of the world's failures as `errors.RecordsError` only. SQLite in a
file today; the models, types and queries use nothing a PostgreSQL does not have, and what does
belong to one database only stands in `sqlite` and in the migrations.
"""
