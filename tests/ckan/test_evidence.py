"""What the score is made of, gathered on real services: cells, history of contents, what is stated, and how often."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.ckan.test_intake import Portal, answer, portal, town  # noqa: F401  fixtures

HEADER = "全国地方公共団体コード,ID,地方公共団体名,名称,名称_カナ,所在地_全国地方公共団体コード,緯度,経度\r\n"
DESCRIPTION = "市が持つ集会所と図書館の名前と、ひと月に使う人の数を、令和6年4月の時点でまとめた表です。"


def rows(*names: str, code: str = "272272") -> bytes:
    """A list of facilities in 東大阪市, one of them for each name."""
    lines = (f"{code},A{n:03},東大阪市,{name},シセツ,{code},34.67{n},135.60{n}\r\n" for n, name in enumerate(names))
    return (HEADER + "".join(lines)).encode()


@pytest.fixture
def file(portal: Portal) -> Callable[..., str]:  # noqa: F811
    """A function that publishes bytes under an address and returns the id of the resource."""

    def make(body: bytes, address: str = "/list.csv") -> str:
        portal.town.pages[address] = answer(body)
        return portal.dataset(f"{portal.town.url}{address}")["resources"][0]["id"]

    return make


def seen(resource_id: str) -> Any:
    """The evidence of the data set of a file, as the score takes it."""
    from ckan import model
    from ckanext.osakadx.quality import gather

    model.Session.expire_all()
    (found,) = gather.evidence([model.Resource.get(resource_id).package_id])
    model.Session.commit()
    return found


def test_the_cells_of_a_file_are_looked_at_and_stored(portal: Portal, file: Any) -> None:  # noqa: F811
    body = rows("集会所", "図書館", code="272273")  # a wrong check digit
    resource_id = file(body)
    portal.examine(resource_id)
    check = seen(resource_id).files[0].check
    assert check is not None and check.content and len(check.ids) == 2
    assert any(finding.cell == "A2" for finding in check.findings)
    assert portal.reading(resource_id)["reading"]["check"]["rows_conforming"] == 0


def test_contents_have_a_history_that_saving_does_not_move(portal: Portal, file: Any) -> None:  # noqa: F811
    from ckan import model
    from ckanext.osakadx.intake.model import Content

    name = uuid4().hex
    resource_id = file(rows(name, "図書館"))
    portal.examine(resource_id)
    first = seen(resource_id).files[0]
    assert first.change.changes == () and (first.identity.moves, first.identity.ids_kept) == (0, None)

    portal.town.pages["/list.csv"] = answer(rows("図書館", name).replace(b"A000", b"B").replace(b"A001", b"A000"))
    portal.examine(resource_id, force=True)
    assert seen(resource_id).files[0].change.changes != ()  # other ids are other content

    # The content of long ago under another address is as old as it is.
    model.Session.query(Content).update({"first_seen": "2020-04-01"})
    model.Session.commit()
    again = file(rows(name, "図書館"), "/again.csv")
    portal.examine(again)
    assert seen(again).files[0].change.since == "2020-04-01"


def test_an_address_that_moves_is_counted_and_row_ids_are_compared(portal: Portal, file: Any) -> None:  # noqa: F811
    from ckan.plugins import toolkit as tk

    resource_id = file(rows("集会所", "図書館", "体育館", "公民館"))
    portal.examine(resource_id)
    portal.town.pages["/moved.csv"] = answer(rows("集会所", "図書館"))
    tk.get_action("resource_patch")(portal.context(), {"id": resource_id, "url": f"{portal.town.url}/moved.csv"})
    portal.examine(resource_id)
    identity = seen(resource_id).files[0].identity
    assert (identity.moves, identity.ids_kept) == (1, 0.5)


def test_what_is_stated_is_told_with_what_is_known_of_it(portal: Portal, file: Any) -> None:  # noqa: F811
    from ckan import model
    from ckan.plugins import toolkit as tk
    from ckanext.osakadx.mails import people
    from ckanext.osakadx.mails.model import now

    resource_id = file(rows("集会所"))
    package_id = model.Resource.get(resource_id).package_id
    address = f"{uuid4().hex[:8]}@city.higashiosaka.lg.jp"
    stated = {
        "id": package_id, "notes": DESCRIPTION, "license_id": "cc-by-4.0", "frequency": "monthly",
        "contact": [{"email": address}], "temporal_coverage": [{"start": "2024-04-01"}],
        "spatial_coverage": [{"text": "東大阪市"}],
    }  # fmt: skip
    tk.get_action("package_patch")(portal.context(), stated)
    said = seen(resource_id).metadata
    assert (said.license, said.description, said.contact) == ("cc-by-4.0", DESCRIPTION, address)
    assert (said.contact_state, said.siblings, said.temporal, said.spatial) == ("unconfirmed", 0, True, True)

    row = people.record(f"{people.ADDRESS}{address}")
    row.confirmed = now()
    model.Session.commit()
    assert seen(resource_id).metadata.contact_state == "confirmed"
    row.bounced, row.bounced_address = now(), address
    model.Session.commit()
    assert seen(resource_id).metadata.contact_state == "bounced"

    other = model.Resource.get(file(rows("図書館"), "/other.csv")).package_id
    tk.get_action("package_patch")(portal.context(), {"id": other, "notes": DESCRIPTION})
    assert seen(resource_id).metadata.siblings == 1


def test_another_frequency_does_not_undo_what_was_declared_before(portal: Portal, file: Any) -> None:  # noqa: F811
    from ckan import model
    from ckan.plugins import toolkit as tk

    resource_id = file(rows("集会所"))
    package_id = model.Resource.get(resource_id).package_id
    patch = tk.get_action("package_patch")
    patch(portal.context(), {"id": package_id, "frequency": "monthly"})
    pace = seen(resource_id).pace
    assert (pace.declared, pace.before) == (31, None)
    patch(portal.context(), {"id": package_id, "frequency": "annual"})
    pace = seen(resource_id).pace
    assert (pace.declared, pace.before, bool(pace.declared_since)) == (366, 31, True)
    assert seen(resource_id).pace == pace


def test_many_data_sets_take_as_many_questions_as_few(portal: Portal, file: Any) -> None:  # noqa: F811
    import sqlalchemy as sa
    from ckan import model
    from ckanext.osakadx.quality import gather

    ids = [model.Resource.get(file(rows("集会所"), f"/{n}.csv")).package_id for n in range(6)]
    asked: list[str] = []

    def note(*arguments: Any) -> None:
        asked.append(arguments[2])

    sa.event.listen(model.meta.engine, "before_cursor_execute", note)
    try:
        counts = []
        for some in (ids[:1], ids):
            list(gather.evidence(some))
            model.Session.commit()
            asked.clear()
            list(gather.evidence(some))
            counts.append(len(asked))
    finally:
        sa.event.remove(model.meta.engine, "before_cursor_execute", note)
    assert counts[0] == counts[1] <= 12


def test_questions_about_the_data_are_gathered(portal: Portal, file: Any) -> None:  # noqa: F811
    from ckan import model
    from ckan.plugins import toolkit as tk

    resource_id = file(rows("集会所"))
    assert (seen(resource_id).answers.asked, seen(resource_id).answers.late) == (0, 0)
    package_id = model.Resource.get(resource_id).package_id
    tk.get_action("osakadx_question_create")({"user": ""}, {"id": package_id, "text": "いつの数ですか。"})
    assert (seen(resource_id).answers.asked, seen(resource_id).answers.late) == (1, 0)


def test_the_page_counts_the_places_of_what_is_mended_alike_and_not_of_the_whole_rule() -> None:
    from ckanext.osakadx.display.sheets import _group

    costs = {"place": "B2", "fix": "0を付けてください。", "places": 40}
    beside = [{"place": f"B{row}", "fix": costs["fix"]} for row in range(3, 5)]
    rest = {"place": "", "fix": costs["fix"], "more": 7}
    assert _group(1, [costs, *beside, rest], {}, read=True)["more"] == 7
    assert _group(1, [costs], {}, read=True)["more"] == 0
    assert _group(1, [costs], {}, read=False)["more"] == 39
