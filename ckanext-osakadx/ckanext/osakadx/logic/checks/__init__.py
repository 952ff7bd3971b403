"""The validators of the forms and the API, by what they look at; CKAN finds them through `logic/validators.py`.

What is read, and how, is decided in `osakadx`; here stand the sentences that say how to write it.
"""
