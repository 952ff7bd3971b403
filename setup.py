"""Where each folder of the repository is installed.

ckanext-osakadx/osakadx           osakadx                       the domain; never imports CKAN
schemas/                          osakadx.schemas               its data: YAML and CSV
ckanext-osakadx/ckanext/osakadx   ckanext.osakadx               the CKAN extension
harvesters/                       ckanext.osakadx.harvesters    sources and harvester plugins
"""

from setuptools import find_packages, setup

ROOT = "ckanext-osakadx"
ELSEWHERE = {"osakadx.schemas": "schemas", "ckanext.osakadx.harvesters": "harvesters"}
SERVED = ["*.yaml", "templates/**/*", "assets/**/*", "public/**/*", "i18n/*.pot", "i18n/**/*.po", "i18n/**/*.mo"]
MIGRATIONS = ["migration/**/*.py", "migration/**/*.ini", "migration/**/*.mako"]


def packages():
    yield from find_packages(ROOT)
    for name, folder in ELSEWHERE.items():
        yield name
        yield from (f"{name}.{child}" for child in find_packages(folder))


setup(
    name="ckanext-osakadx",
    version="0.1.0",
    description="大阪のオープンデータカタログ: CKAN extensions for Osaka's open-data catalog",
    license="AGPL-3.0-or-later",
    python_requires=">=3.10",
    packages=list(packages()),
    package_dir={"": ROOT, **ELSEWHERE},
    package_data={
        "ckanext.osakadx": [*SERVED, *MIGRATIONS],
        "ckanext.osakadx.harvest": SERVED,
        "ckanext.osakadx.intake": SERVED,
        "ckanext.osakadx.mails": SERVED,
        "ckanext.osakadx.quality": SERVED,
        "ckanext.osakadx.questions": SERVED,
        "ckanext.osakadx.security": SERVED,
        "osakadx.schemas": ["**/*.yaml", "**/*.csv", "**/*.json", "**/*.txt"],
    },
    # What the domain and its command `osakadx` need; the portal's own list is docker/requirements/.
    install_requires=[
        *("PyYAML", "python-calamine", "openpyxl", "chardet", "selectolax", "jaconv", "pyshp"),
        *("urllib3", "certifi", "idna", "aiohttp"),  # outgoing requests
        *("lxml", "rdflib"),  # sources that publish XML and RDF
    ],
    entry_points={
        "console_scripts": ["osakadx = osakadx.cli:main"],
        "osakadx.commands": ["list = ckanext.osakadx.harvesters.command:add"],
        "ckan.plugins": [
            "osakadx = ckanext.osakadx.plugin:OsakadxPlugin",
            "osakadx_rows = ckanext.osakadx.rows:RowsPlugin",
            "osakadx_security = ckanext.osakadx.security.plugin:SecurityPlugin",
            "osakadx_harvest = ckanext.osakadx.harvest.plugin:HarvestPlugin",
            "osakadx_intake = ckanext.osakadx.intake.plugin:IntakePlugin",
            "osakadx_mails = ckanext.osakadx.mails.plugin:MailsPlugin",
            "osakadx_quality = ckanext.osakadx.quality.plugin:QualityPlugin",
            "osakadx_questions = ckanext.osakadx.questions.plugin:QuestionsPlugin",
            "osakadx_csv_listing = ckanext.osakadx.harvesters.plugins:CsvListingHarvester",
            "osakadx_workbook = ckanext.osakadx.harvesters.plugins:WorkbookHarvester",
            "osakadx_ckan_api = ckanext.osakadx.harvesters.plugins:CkanApiHarvester",
            "osakadx_dcat = ckanext.osakadx.harvesters.plugins:DcatHarvester",
            "osakadx_csw = ckanext.osakadx.harvesters.plugins:CswHarvester",
            "osakadx_html_page = ckanext.osakadx.harvesters.plugins:HtmlPageHarvester",
            "osakadx_folder = ckanext.osakadx.harvesters.plugins:FolderHarvester",
            "osakadx_opendatasoft = ckanext.osakadx.harvesters.plugins:OpendatasoftHarvester",
            "osakadx_arcgis_hub = ckanext.osakadx.harvesters.plugins:ArcgisHubHarvester",
        ],
        "ckan.rdf.profiles": ["osakadx_dcat_goj = ckanext.osakadx.dcat.profile:DcatGojProfile"],
        "babel.extractors": ["ckan = ckan.lib.extract:extract_ckan"],
    },
)
