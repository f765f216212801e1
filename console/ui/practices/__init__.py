"""The practices page: the list, a practice's sections and fields, and the receptionist's screen
beside them. It paints `console.desk.practices.views` and holds nothing that matters."""
