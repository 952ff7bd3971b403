"""Checks thousands of links side by side, and each host politely.

`agenda` says which link is asked next, `connector` where a connection may go, `request` asks once, `signs` knows a page
that stands in for a file, `checker` runs it all and tells what was `seen`, `rules` reads ``schemas/linkcheck.yaml``,
`history` says what an answer means with what was known, and when the link is asked again.
"""
