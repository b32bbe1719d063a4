"""Finding products by words: the results page and the suggestions while typing."""
