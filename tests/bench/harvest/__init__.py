"""Harvesting beside stock CKAN's, on the same services and the same source; see ../README.md."""
