"""How properties are tried: the same examples on every run, new ones when asked (`make fuzz`).

A red run then says that the change broke something; what chance finds becomes a test of its own.
"""

from hypothesis import settings

# No deadline for an example: how long one takes says something of the machine and what else it does.
settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.register_profile("fuzz", derandomize=False, print_blob=True, deadline=None)
settings.load_profile("repeatable")
