"""How answers of the API are printed on a terminal."""
