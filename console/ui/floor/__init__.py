"""The supervisor's page: the floor at a glance. It is drawn from one frozen `FloorPage`; a thousand
agents cost what is in sight of them."""
