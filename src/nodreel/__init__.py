"""nodreel: nothing rolls until you nod."""
