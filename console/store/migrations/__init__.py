"""The layouts the records have had, from the first table on."""
