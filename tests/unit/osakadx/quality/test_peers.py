from osakadx.quality.peers import PEERS, peers_of, ranked


def test_every_municipality_and_department_has_peers():
    known = peers_of()
    assert {peers.slug for peers in known.values()} == {peers.slug for peers in PEERS}
    assert [known[code].slug for code in ("271004", "272035", "272027", "272060", "273015")] == [
        "designated", "core", "large", "small", "towns"
    ]  # fmt: skip
    assert len([code for code in known if code.isdecimal() and code != "270008"]) == 43
    assert "270008" not in known  # the prefecture has nobody to be compared with


def test_a_body_is_placed_among_its_peers_only():
    found = ranked({"271004": 10.0, "271403": 20.0, "273015": 5.0, "130001": 99.0})
    assert {body: (rank.peers.slug, rank.place, rank.of) for body, rank in found.items()} == {
        "271004": ("designated", 2, 2), "271403": ("designated", 1, 2), "273015": ("towns", 1, 1)
    }  # fmt: skip


def test_the_upper_half_is_named_and_nobody_for_nothing():
    codes = [code for code, peers in peers_of().items() if peers.slug == "towns"]
    placed = ranked(dict(zip(codes[:4], (30.0, 20.0, 10.0, 0.0), strict=True)))
    assert [rank.named for rank in placed.values()] == [True, True, False, False]
    assert not any(rank.named for rank in ranked(dict.fromkeys(codes, 0.0)).values())
