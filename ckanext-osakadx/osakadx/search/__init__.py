"""What a Japanese query means and what a data set is found by; no search engine is known here."""
