"""CKAN's own work on data sets, done for many at once: validate, write, show, index.

Everything here gives what the action API gives, value for value (``tests/ckan/test_bulk.py``); only the path is
shorter. What it does not know, such as an action that another plugin has put in front of CKAN's, goes the long way.
"""
