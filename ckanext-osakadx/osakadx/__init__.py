"""Decisions about open data, in plain Python that has never heard of CKAN."""
