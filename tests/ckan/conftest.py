"""The tier that needs a database, a queue and a search engine: real ones, started here and stopped at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.portal import Stack, services


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The services and the demo's source sites, with the site set up and nothing harvested."""
    with services(tmp_path_factory.mktemp("portal"), sites=True) as started:
        yield started


@pytest.fixture(scope="session")
def solr_url(stack: Stack) -> str:
    """Base address of the search core."""
    return stack.solr_url


@pytest.fixture(scope="session")
def flask_app(stack: Stack) -> Any:
    """The portal, in this process."""
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    return make_app(load_config(str(stack.ini)))._wsgi_app


@pytest.fixture
def site(flask_app: Any) -> Iterator[Any]:
    """A request context of the portal, for actions and models; the session is clean before and after."""
    from ckan import model

    with flask_app.test_request_context():
        model.Session.remove()
        yield flask_app
        model.Session.rollback()
        model.Session.remove()


@pytest.fixture(autouse=True)
def _nobody_stays(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whoever got a role in an organisation for a test has none after it: mails go to those who have one."""
    yield
    if "flask_app" in request.fixturenames:
        import sqlalchemy as sa
        from ckan import model

        others = sa.select(model.User.id).where(model.User.sysadmin.is_(False))
        roles = sa.update(model.Member).where(model.Member.table_name == "user", model.Member.table_id.in_(others))
        model.Session.execute(roles.values(state="deleted").execution_options(synchronize_session=False))
        model.Session.commit()


@pytest.fixture
def client(flask_app: Any) -> Any:
    """A browser without JavaScript that is not signed in."""
    return flask_app.test_client()


@pytest.fixture(scope="session")
def sites_url(stack: Stack) -> str:
    """Where the demo's publishers answer."""
    return f"http://127.0.0.1:{stack.ports.sites}"


@pytest.fixture
def context(site: Any) -> Any:
    """A function that makes a fresh action context of the site user, who may do everything."""
    from ckanext.osakadx.setup import site_user

    return site_user


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The folder of real files."""
    return Path(__file__).resolve().parents[1] / "fixtures"
