"""How properties are tried: the same examples on every run, new ones when asked (`make fuzz`).

A red run then says that the change broke something; what chance finds becomes a test of its own.
"""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, database=None)
settings.register_profile("fuzz", derandomize=False, print_blob=True)
settings.load_profile("repeatable")
