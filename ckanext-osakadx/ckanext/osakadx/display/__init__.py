"""What the pages show: facts gathered and worded for templates. `ckanext.osakadx.helpers` hands them out."""
