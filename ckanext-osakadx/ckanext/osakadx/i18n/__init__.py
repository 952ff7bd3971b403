"""The portal's Japanese: one catalogue for our own strings and for whatever CKAN and its extensions leave in English.

Message ids are the English sentences of the sources, so English needs no catalogue.

    ckanext-osakadx.pot                    the message ids we keep, with the files they stand in
    ja/LC_MESSAGES/ckanext-osakadx.po      their Japanese: the file to edit
    ja/LC_MESSAGES/ckanext-osakadx.mo      the same compiled; committed, so that a plain `pip install` speaks Japanese
    glossary.csv                           one Japanese term for one English term, checked over every page's strings
    mark.py                                `N_`: marks a sentence that is translated where it is shown
    runtime.py                             sentences that CKAN looks up through a variable, which no extractor can see

How it reaches a page (CKAN 2.12, Flask-Babel 4): CKAN loads its own `ckan.mo`, then the catalogue of every plugin that
implements ITranslation, into one dictionary; a later one replaces entries of an earlier one, and its plural rule too.
ITranslation is iterated from the end of `ckan.plugins`, so **the plugin named first is merged last and wins**, as with
templates. Hence `osakadx` stands before harvest and dcat, and its catalogue may replace core's Japanese where that
contradicts the glossary. Were it not the first, a plugin without Japanese would bring its English plural rule and
`ngettext` would answer in English. There is no fallback by domain, and no context: message ids are shared by all.

`ckan.i18n.extra_directory` and its companions are declared by CKAN 2.12 but read by no code, so they are no way out;
`ckan.i18n_directory` would replace core's catalogue as a whole and hide new translations after an upgrade.

JavaScript asks `/api/i18n/ja`, a file that `ckan translation js` (and `ckan run`) builds below `ckan.storage_path`,
never inside the installed packages. It takes message ids from the `.pot` files and translations from the `.po` files,
so these two are installed as well; only a message with a `.js` file among its places is sent to the browser.

`python -m ckanext.osakadx.i18n` reads the installed sources again and brings the three files up to date.
"""
