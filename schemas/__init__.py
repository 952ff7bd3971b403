"""The data of the domain: YAML and CSV, read through `osakadx.data`."""
