"""Values of PROJ (EPSG 6674, 2448, 6673, 32653, 3857 → 4326; 30166 by its grid-free transformation)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx.tables.projection import from_tokyo, read_wkt

from tests.corpus.formats import JGD2011, TOKYO, plane_6

WGS84 = JGD2011.replace("JGD_2011", "WGS_1984").replace("298.257222101", "298.257223563")
UTM_53 = (
    f'PROJCS["WGS_1984_UTM_Zone_53N",{WGS84},PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],'
    'PARAMETER["Central_Meridian",135.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0]]'
)
WEB = f'PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",{WGS84},PROJECTION["Mercator_Auxiliary_Sphere"]]'
PLANE_5 = plane_6().replace("Zone_6", "Zone_5").replace("136.0", "134.33333333333333")
GDAL = (
    'PROJCS["JGD2011 / Japan Plane Rectangular CS VI",GEOGCS["JGD2011",DATUM["Japanese_Geodetic_Datum_2011",'
    'SPHEROID["GRS 1980",6378137,298.257222101,AUTHORITY["EPSG","7019"]]]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",36],PARAMETER["central_meridian",136],PARAMETER["scale_factor",0.9999]]'
)


@pytest.mark.parametrize(
    "wkt, x, y, expected",
    [
        (plane_6(), -45000.5, -146000.25, (135.50888975805483, 34.682931523847444)),
        (plane_6("JGD_2000"), -45000.5, -146000.25, (135.50888975805483, 34.682931523847444)),
        (GDAL, -45000.5, -146000.25, (135.50888975805483, 34.682931523847444)),
        (
            plane_6().replace("136.0", "134.33333333333333"),
            -45000.5,
            -146000.25,
            (133.84222309138784, 34.682931523847444),
        ),
        (UTM_53, 545791.9299030103, 3839888.7742427317, (135.5, 34.7)),
        (WEB, 15083791.002488568, 4123186.709668859, (135.5, 34.7)),
        (JGD2011, 135.5, 34.7, (135.5, 34.7)),
    ],
)
def test_places_come_out_as_from_proj(wkt, x, y, expected):
    crs = read_wkt(wkt)
    assert crs is not None and not crs.tokyo
    assert crs.degrees(x, y) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(
    "wkt, x, y, expected",
    [
        (TOKYO, 135.5, 34.7, (135.49717045034325, 34.70324292362298)),
        (plane_6("Tokyo"), -45000.5, -146000.25, (135.50600227676316, 34.68603695911815)),
    ],
)
def test_the_tokyo_datum_is_told_and_mended_to_some_metres(wkt, x, y, expected):
    crs = read_wkt(wkt)
    assert crs is not None and crs.tokyo
    assert crs.degrees(x, y) == pytest.approx(expected, abs=1.5e-4)


def test_what_no_prj_says():
    assert read_wkt("") is None
    assert read_wkt("LOCAL_CS[") is None
    lambert = read_wkt(f'PROJCS["Lambert",{JGD2011},PROJECTION["Lambert_Conformal_Conic"]]')
    assert lambert is not None and lambert.kind == "unknown" and lambert.degrees(1, 1) is None


@given(st.floats(122, 154), st.floats(20, 46))
def test_the_old_datum_is_never_far(longitude, latitude):
    x, y = from_tokyo(longitude, latitude)
    assert abs(x - longitude) < 0.006 and abs(y - latitude) < 0.006
