"""Times on the pages we leave to core are said as on our own: in Japan, in the page's language."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

NIGHT = datetime.datetime(2026, 11, 19, 18, 42, 7)  # UTC as CKAN stores it; in Japan it is the 20th already
SAID = {"": "2026年11月20日 3:42", "/en": "20 November 2026, 3:42"}
NOT_OURS = ["ago", "JST", "UTC", "日前", "時間前", "秒前", "19 November", "11月19日", "November 20,"]


@pytest.fixture(scope="module")
def signed_in(flask_app: Any, stack: Any) -> Any:
    browser = flask_app.test_client()
    token = browser.get("/user/login").text.split('name="_csrf_token"', 1)[1].split('"', 2)[1]
    form = {"login": "admin", "password": stack.secrets["admin"], "_csrf_token": token}
    assert browser.post("/user/login", data=form).status_code == 302
    return browser


@pytest.fixture(scope="module")
def changed_at_night(flask_app: Any) -> dict[str, str]:
    """A publisher and a data set, made and changed by the administrator at that time."""
    import sqlalchemy as sa
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.activity.model import Activity

    with flask_app.test_request_context():
        model.Session.remove()

        def act(action: str, values: dict[str, Any]) -> dict[str, Any]:
            return tk.get_action(action)({"ignore_auth": True, "user": "admin"}, values)

        publisher = act("organization_create", {"name": "night-desk", "title": "夜の課"})
        act("group_create", {"name": "night-field", "title": "夜の分野"})
        package = act(
            "package_create",
            {
                "name": "night-list", "title": "夜の一覧", "notes": "夜に変わる一覧です。",
                "owner_org": publisher["id"], "license_id": "CC-BY-4.0",
            },
        )  # fmt: skip
        act("package_patch", {"id": package["id"], "title": "夜の一覧(改訂)"})
        model.Session.execute(sa.update(Activity).values(timestamp=NIGHT - datetime.timedelta(minutes=10)))
        later = sa.or_(Activity.activity_type == "changed package", Activity.object_id != package["id"])
        model.Session.execute(sa.update(Activity).where(later).values(timestamp=NIGHT))
        model.Session.commit()
        change = model.Session.scalars(
            sa.select(Activity.id).where(
                Activity.object_id == package["id"], Activity.activity_type == "changed package"
            )
        ).first()
        model.Session.remove()
    return {"change": change}


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize(
    "path",
    [
        "/dataset/activity/night-list",
        "/dataset/changes/{change}",
        "/organization/activity/night-desk",
        "/group/activity/night-field",
        "/user/activity/admin",
        "/dashboard/",
    ],
)
def test_activities_are_timed_in_japan_and_worded_as_elsewhere(
    signed_in: Any, changed_at_night: dict[str, str], path: str, language: str
) -> None:
    answer = signed_in.get(language + path.format(**changed_at_night), follow_redirects=True)
    assert answer.status_code == 200
    content = answer.text.split('id="content"', 1)[1].split("<footer", 1)[0]
    assert SAID[language] in content
    assert [word for word in NOT_OURS if word in content] == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_times_for_machines_stay_as_they_are(flask_app: Any, language: str) -> None:
    from ckan.plugins import toolkit as tk

    with flask_app.test_request_context(f"/{language}/"):
        assert tk.h.render_datetime(NIGHT, date_format="%Y-%m-%dT%H:%M:%S%z") == "2026-11-20T03:42:07+0900"
        assert tk.h.render_datetime(None) == tk.h.render_datetime("nonsense") == ""
