"""Sentences that CKAN and its extensions translate through a variable: `_(job.status)`, `_(error.description)`.

No extractor finds them, so they are named here with the place that shows them. Nothing imports this module at run time.
"""

from __future__ import annotations

from ckanext.osakadx.i18n.mark import N_, NN_

# ckan/templates/package/search.html, base.html: _(dataset_type.title())
DATASET_TYPES = (N_("Dataset"), N_("Datasets"), N_("Harvest"), N_("Harvests"))

# ckan/templates/snippets/search_result_text.html: a sentence put together from the dataset type
RESULTS = (
    NN_("{number} harvest found", "{number} harvests found"),
    NN_('{number} harvest found for "{query}"', '{number} harvests found for "{query}"'),
    N_("No harvests found"),
    N_('No harvests found for "{query}"'),
)

# ckan/templates/package/snippets/additional_info.html: _(pkg_dict.state)
STATES = (N_("active"), N_("draft"), N_("deleted"))

# ckan/views/group.py: an f-string inside _()
GROUP_ERRORS = (
    N_("group not found or you have no permission to view it"),
    N_("organization not found or you have no permission to view it"),
)

# ckan/logic/__init__.py ValidationError.error_summary: the field's name, capitalised, before its error
FIELDS = (
    N_("About"),
    N_("Author email"),
    N_("Config"),
    N_("Description"),
    N_("Email"),
    N_("Format"),
    N_("Frequency"),
    N_("Fullname"),
    N_("Groups"),
    N_("Id"),
    N_("Image upload"),
    N_("Image url"),
    N_("License id"),
    N_("Maintainer email"),
    N_("Message"),
    N_("Name"),
    N_("Notes"),
    N_("Old password"),
    N_("Owner org"),
    N_("Package id"),
    N_("Password"),
    N_("Password1"),
    N_("Password2"),
    N_("Private"),
    N_("Resource id"),
    N_("Role"),
    N_("Source type"),
    N_("State"),
    N_("Tag string"),
    N_("Title"),
    N_("Type"),
    N_("URL"),
    N_("Upload"),
    N_("User"),
    N_("Username"),
    N_("Version"),
    N_("View type"),
)

# ckanext/scheming/templates/scheming/snippets/errors.html: _(key) of a field that the schema does not name
RAW_FIELDS = (N_("groups"), N_("message"), N_("owner_org"), N_("private"), N_("resources"), N_("tags"), N_("upload"))

# ckanext/harvest/helpers.py and the form of sources: titles and descriptions of harvesters, update frequencies;
# templates/source/job: report and job states
HARVESTERS = (
    N_("CKAN"),
    N_("Harvests remote CKAN instances"),
    N_("Generic DCAT RDF Harvester"),
    N_("Harvester for DCAT datasets from an RDF graph"),
)
FREQUENCIES = (N_("Manual"), N_("Monthly"), N_("Weekly"), N_("Biweekly"), N_("Daily"), N_("Always"))
REPORT_STATES = (N_("added"), N_("updated"), N_("deleted"), N_("not modified"), N_("errored"))
JOB_STATES = (N_("New"), N_("Running"), N_("Finished"), N_("Aborted"))

# ckanext/harvest/templates: English outside gettext, for templates of ours that put it right
HARVEST_PAGES = (N_("Source type"), N_("Stop this Job"), N_("There already is an unrun job for this source"))

# ckanext/activity/logic/validators.py: tk._(error_msg)
ACTIVITY_ERROR = N_("Either both start_date and end_date must be specified, or offset_days must be provided.")

# flask_wtf/csrf.py, shown by CKAN's error page as the description of a 400
CSRF_ERRORS = (
    N_("The CSRF token is missing."),
    N_("The CSRF session token is missing."),
    N_("The CSRF token has expired."),
    N_("The CSRF token is invalid."),
    N_("The CSRF tokens do not match."),
    N_("The referrer header is missing."),
    N_("The referrer does not match the host."),
)

# ckan/config/middleware/flask_app.py error_handler: whatever is not an HTTP error
SERVER_ERROR = N_("Internal server error")
