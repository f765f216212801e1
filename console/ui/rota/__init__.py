"""The rota's page: a week by its hours or a month by its days, worked by keys."""
