"""The on-call rota at the desk: laid out on the worker as a week or a month, changed, confirmed."""
