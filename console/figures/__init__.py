"""Figures of past days on paper and in files, and `frontdesk figures`."""
