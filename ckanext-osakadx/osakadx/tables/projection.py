"""From the plane to degrees: what a .prj (well-known text, WKT) says, and the inverse of the transverse Mercator.

The Japanese plane rectangular systems (平面直角座標系, EPSG 2443-2461 and 6669-6687) and UTM are transverse Mercator
with different parameters, and a .prj writes the parameters out. JGD2000, JGD2011 and WGS 84 differ by centimetres.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

_NAME = re.compile(r'\s*(PROJCS|GEOGCS|PROJCRS|GEOGCRS)\s*\[\s*"([^"]*)"', re.I)
_SPHEROID = re.compile(r'(?:SPHEROID|ELLIPSOID)\s*\[\s*"([^"]*)"\s*,\s*([\d.]+)\s*,\s*([\d.]+)', re.I)
_PROJECTION = re.compile(r'(?:PROJECTION|METHOD)\s*\[\s*"([^"]*)"', re.I)
_PARAMETER = re.compile(r'PARAMETER\s*\[\s*"([^"]*)"\s*,\s*(-?[\d.]+(?:[eE][-+]?\d+)?)', re.I)
_SPHERICAL = re.compile(r"auxiliary_?sphere|pseudo|web_?mercator", re.I)

Kind = Literal["degrees", "transverse", "web", "unknown"]


@dataclass(frozen=True)
class Crs:
    """A coordinate reference system, as far as a .prj tells it.

    Attributes:
        name: as written. kind: how to come to degrees.
        tokyo: whether it is on the old Tokyo datum (日本測地系), some 450 metres off.
        axis, flattening: of the ellipsoid, metres and 1.
        parameters: of the projection, by lower-case name.
    """

    name: str
    kind: Kind
    tokyo: bool = False
    axis: float = 6378137.0
    flattening: float = 1 / 298.257222101
    parameters: Mapping[str, float] = field(default_factory=dict[str, float])

    def degrees(self, x: float, y: float) -> tuple[float, float] | None:
        """Return longitude and latitude on WGS 84, None for a projection that is not known here.

        Args:
            x, y: easting and northing in metres, or longitude and latitude in degrees.
        """
        if self.kind == "unknown":
            return None
        if self.kind == "degrees":
            place = (x, y)
        elif self.kind == "web":
            place = (math.degrees(x / self.axis), math.degrees(math.atan(math.sinh(y / self.axis))))
        else:
            place = _inverse(self, x, y)
        return from_tokyo(*place) if self.tokyo else place


def read_wkt(text: str) -> Crs | None:
    """Return what a .prj says, or None where it says nothing that is understood."""
    named = _NAME.match(text)
    if named is None:
        return None
    name = named[2]
    projection = _PROJECTION.search(text)
    spheroid = _SPHEROID.search(text)
    tokyo = "tokyo" in text.lower() or (spheroid is not None and "bessel" in spheroid[1].lower())
    kind: Kind = "degrees"
    if named[1].upper().startswith("PROJ"):
        method = projection[1].lower().replace(" ", "_") if projection else ""
        kind = "web" if _SPHERICAL.search(method + name) else "unknown"
        if kind == "unknown" and method in ("transverse_mercator", "gauss_kruger"):
            kind = "transverse"
    parameters = {key.lower().replace(" ", "_"): float(value) for key, value in _PARAMETER.findall(text)}
    if spheroid is None or not float(spheroid[3]):
        return Crs(name, kind, tokyo, parameters=parameters)
    return Crs(name, kind, tokyo, float(spheroid[2]), 1 / float(spheroid[3]), parameters)


def _inverse(crs: Crs, x: float, y: float) -> tuple[float, float]:
    """Gauss-Krüger by series in the third flattening (Kawase 2011, Bulletin of the GSI 59), good to micrometres."""
    n = crs.flattening / (2 - crs.flattening)
    said = crs.parameters.get
    scale = said("scale_factor", 1.0) * crs.axis / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    origin = _arc(math.radians(said("latitude_of_origin", 0.0)), n)
    xi = (y - said("false_northing", 0.0)) / scale + origin
    eta = (x - said("false_easting", 0.0)) / scale
    beta = (
        n / 2 - 2 / 3 * n**2 + 37 / 96 * n**3 - n**4 / 360,
        n**2 / 48 + n**3 / 15 - 437 / 1440 * n**4,
        17 / 480 * n**3 - 37 / 840 * n**4,
        4397 / 161280 * n**4,
    )
    terms = list(enumerate(beta, start=1))
    xi_ = xi - sum(b * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, b in terms)
    eta_ = eta - sum(b * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, b in terms)
    chi = math.asin(math.sin(xi_) / math.cosh(eta_))
    delta = (
        2 * n - 2 / 3 * n**2 - 2 * n**3 + 116 / 45 * n**4,
        7 / 3 * n**2 - 8 / 5 * n**3 - 227 / 45 * n**4,
        56 / 15 * n**3 - 136 / 35 * n**4,
        4279 / 630 * n**4,
    )
    latitude = chi + sum(d * math.sin(2 * j * chi) for j, d in enumerate(delta, start=1))
    longitude = math.radians(said("central_meridian", 0.0)) + math.atan2(math.sinh(eta_), math.cos(xi_))
    return math.degrees(longitude), math.degrees(latitude)


def _arc(latitude: float, n: float) -> float:
    """The northing of a latitude on the central meridian, over the scale."""
    e = 2 * math.sqrt(n) / (1 + n)
    sine = math.sin(latitude)
    xi = math.atan(math.sinh(math.atanh(sine) - e * math.atanh(e * sine)))
    alpha = (
        n / 2 - 2 / 3 * n**2 + 5 / 16 * n**3 + 41 / 180 * n**4,
        13 / 48 * n**2 - 3 / 5 * n**3 + 557 / 1440 * n**4,
        61 / 240 * n**3 - 103 / 140 * n**4,
        49561 / 161280 * n**4,
    )
    return xi + sum(a * math.sin(2 * j * xi) for j, a in enumerate(alpha, start=1))


def from_tokyo(longitude: float, latitude: float) -> tuple[float, float]:
    """Return a position of the Tokyo datum on WGS 84, by a linear formula good to about ten metres."""
    return (
        longitude - 0.000046038 * latitude - 0.000083043 * longitude + 0.010040,
        latitude - 0.00010695 * latitude + 0.000017464 * longitude + 0.0046017,
    )
