"""A map on a user's GeoJSON: what is drawn of it, and everything that is refused."""

import copy
import json
import math
import os

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

import baseline_compare as bc
from baseline_compare.charts.geometry import county_polygons
from baseline_compare.charts.shapes import area_of, grid, label_point
from baseline_compare.errors import InputError

SECRET = "http://tracker.example/secret"


def square(x, y, size=100.0):
    return [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]


def collection(*, key="code", code=str, step=100.0, origin=(5000.0, 6000.0)):
    """A square for each county in projected metres; Helsinki is a hole of West Uusimaa."""
    features = []
    for area, (row, column) in grid().items():
        corner = origin[0] + column * step, origin[1] - row * step
        rings = [square(*corner, step)]
        middle = square(corner[0] + 0.45 * step, corner[1] + 0.45 * step, 0.1 * step)
        if area == "HVA03":
            rings.append(middle)
        if area == "HVA90":
            row, column = grid()["HVA03"]
            corner = origin[0] + column * step, origin[1] - row * step
            rings = [square(corner[0] + 0.45 * step, corner[1] + 0.45 * step, 0.1 * step)]
        shape = {"type": "MultiPolygon", "coordinates": [rings]}
        if area == "HVA05":
            shape = {"type": "Polygon", "coordinates": rings}
        properties = {"link": SECRET, key: code(area)}
        features.append({"type": "Feature", "properties": properties, "geometry": shape})
    return {"type": "FeatureCollection", "features": features}


@pytest.fixture(scope="module")
def found(baseline, regional):
    return bc.compare(baseline, regional, areas="county", estimand="finite")


def refused(geometry):
    with pytest.raises(InputError) as caught:
        county_polygons(geometry, [code for code in grid() if code != "HVA91"], optional=["HVA91"])
    return caught.value


def numbers(area):
    return int(area[3:])


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("anything", str),
        ("hyvinvointialue_code", numbers),
        ("HVA", lambda area: area[3:]),
        ("wellbeing_county", lambda area: float(area[3:])),
        ("hva_nro", lambda area: str(int(area[3:]))),
    ],
)
def test_the_code_is_found_in_its_property(key, code):
    polygons = county_polygons(collection(key=key, code=code), grid())
    assert set(polygons) == set(grid())
    assert np.array_equal(polygons["HVA05"][0][0], square(5100.0, 5500.0))


def test_polygons_are_drawn_as_tiles_are(found, tmp_path):
    path = tmp_path / "counties.geojson"
    path.write_text(json.dumps(collection()), encoding="utf-8")
    figures = [bc.charts.tiles(found, geometry=given) for given in (collection(), path, str(path))]
    assert len({bc.charts.svg_text(figure) for figure in figures}) == 1
    axes, tiles = figures[0].axes[0], bc.charts.tiles(found).axes[0]
    assert axes.get_aspect() == 1
    looks = [
        [(to_hex(patch.get_facecolor()), patch.get_hatch()) for patch in panel.patches]
        for panel in (axes, tiles)
    ]
    assert looks[0] == looks[1]


def test_a_hole_is_left_open_and_the_county_within_it_is_drawn(found):
    patches = dict(zip(grid(), bc.charts.tiles(found, geometry=collection()).axes[0].patches,
                       strict=True))  # fmt: skip
    around, within = patches["HVA03"].get_path(), patches["HVA90"].get_path()
    assert len(around.to_polygons()) == 2
    outer, hole = (np.array(ring) for ring in around.to_polygons())
    assert area_of(outer) > 0 > area_of(hole)
    assert np.allclose(within.get_extents().bounds, np.array(
        [*hole.min(axis=0), *(hole.max(axis=0) - hole.min(axis=0))]
    ))  # fmt: skip


def test_borders_of_groups_follow_the_polygons(found):
    axes = bc.charts.tiles(found, geometry=collection()).axes[0]
    (lines,) = [item for item in axes.collections if isinstance(item, LineCollection)]
    patches = dict(zip(grid(), axes.patches, strict=True))
    edges = {tuple(np.round(edge.mean(axis=0), 4)) for edge in lines.get_segments()}
    central = patches["HVA15"].get_path().get_extents()
    left, right = central.x0, central.x1
    middle = (central.y0 + central.y1) / 2
    assert tuple(np.round((left, middle), 4)) in edges
    assert tuple(np.round((right, middle), 4)) not in edges


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("show", ["verdict", "value"])
@pytest.mark.parametrize("step", [(1.0, 1.0), (6.0, 1.0), (1.0, 4.0)])
def test_text_that_does_not_fit_stands_beside_the_map(found, show, language, step):
    geometry = collection()
    for feature in geometry["features"]:
        parts = feature["geometry"]["coordinates"]
        for ring in [ring for part in parts for ring in (part if len(part[0]) != 2 else [part])]:
            ring[:] = [[step[0] * x, step[1] * y] for x, y in ring]
    figure = bc.charts.tiles(found, show=show, geometry=geometry, language=language)
    figure.draw_without_rendering()
    told = " ".join(text.get_text() for text in figure.axes[1].texts).replace("\n", " ")
    assert {"fi": "Helsinki:", "sv": "Helsingfors:", "en": "Helsinki:"}[language] in told
    texts = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    for place, (text, box) in enumerate(boxes):
        assert -1 <= box.x0 < box.x1 <= figure.bbox.width + 1, text
        assert -1 <= box.y0 < box.y1 <= figure.bbox.height + 1, text
        for other, second in boxes[place + 1 :]:
            across = min(box.x1, second.x1) - max(box.x0, second.x0)
            down = min(box.y1, second.y1) - max(box.y0, second.y0)
            assert across < 2 or down < 2.5, (text, other)


def test_nothing_else_of_the_file_reaches_the_picture(found):
    figure = bc.charts.tiles(found, geometry=collection())
    assert SECRET not in bc.charts.svg_text(figure) + str(figure.get_label())


def test_degrees_are_narrowed_by_the_latitude_and_metres_are_not():
    degrees = collection(step=1.0, origin=(19.0, 70.0))
    ring = county_polygons(degrees, grid())["HVA05"][0][0]
    lowest, highest = 70 - 7, 70
    expected = math.cos(math.radians((lowest + highest) / 2))
    assert np.ptp(ring[:, 0]) / np.ptp(ring[:, 1]) == pytest.approx(expected)


def test_aland_may_be_left_out(found):
    geometry = collection()
    geometry["features"].pop(list(grid()).index("HVA91"))
    figure = bc.charts.tiles(found, geometry=geometry)
    assert len(figure.axes[0].patches) == 22
    assert "Åland" not in str(figure.get_label())


def test_a_label_stands_within_its_polygon():
    hook = np.array([[0, 0], [9, 0], [9, 9], [8, 9], [8, 1], [0, 1], [0, 0]], dtype=float)
    assert label_point([hook]) == pytest.approx((8.5, label_point([hook])[1]))
    outer, hole = np.array(square(0, 0, 10.0)), np.array(square(4, 4, 2.0))
    assert label_point([outer]) == (5, 5)
    assert label_point([outer, hole]) in ((2, 5), (8, 5))
    assert label_point([outer[::-1]]) == (5, 5)


def changed(place, **parts):
    geometry = collection()
    geometry["features"][place] |= parts
    return geometry


def ringed(*positions):
    return changed(3, geometry={"type": "Polygon", "coordinates": [list(positions)]})


CLOSED = square(0, 0)


@pytest.mark.parametrize(
    ("code", "geometry"),
    [
        ("geometry.type", 7),
        ("geometry.type", [1]),
        ("geometry.type", {}),
        ("geometry.type", {"type": "Topology", "features": []}),
        ("geometry.type", {"type": "FeatureCollection", "features": {"a": 1}}),
        ("geometry.type", {"type": "FeatureCollection", "features": [None]}),
        ("geometry.type", changed(2, geometry=None)),
        ("geometry.type", changed(2, geometry={"type": "Point", "coordinates": [1, 2]})),
        ("geometry.type", changed(2, geometry={"type": ["Polygon"], "coordinates": []})),
        ("geometry.empty", {"type": "FeatureCollection", "features": []}),
        ("geometry.property", changed(2, properties=None)),
        ("geometry.property", changed(2, properties={"code": 3})),
        ("geometry.property", collection(key="number", code=numbers)),
        ("geometry.property", collection(key="hva", code=lambda _: True)),
        ("geometry.property", collection(key="hva", code=lambda _: math.nan)),
        ("geometry.property", collection(key="hva", code=lambda _: math.inf)),
        ("geometry.property", collection(key="hva", code=lambda _: 10**400)),
        ("geometry.property", collection(key="hva", code=lambda _: "٠٥")),
        ("geometry.unknown_area", changed(2, properties={"code": "HVA55"})),
        ("geometry.duplicate", changed(2, properties={"code": "HVA01"})),
        ("geometry.coordinates", ringed(*CLOSED[:4], [0, math.nan])),
        ("geometry.coordinates", ringed([0, math.inf], *CLOSED[1:])),
        ("geometry.coordinates", ringed([0, 10**400], *CLOSED[1:])),
        ("geometry.coordinates", ringed([0, "0"], *CLOSED[1:])),
        ("geometry.coordinates", ringed([0, True], *CLOSED[1:])),
        ("geometry.coordinates", ringed([0], *CLOSED[1:])),
        ("geometry.coordinates", ringed(None, *CLOSED[1:])),
        ("geometry.coordinates", ringed([[0, 0]], *CLOSED[1:])),
        ("geometry.coordinates", changed(3, geometry={"type": "Polygon", "coordinates": []})),
        ("geometry.coordinates", changed(3, geometry={"type": "MultiPolygon"})),
        ("geometry.coordinates", changed(3, geometry={"type": "Polygon", "coordinates": "abcd"})),
        ("geometry.ring", ringed(*CLOSED[:3])),
        ("geometry.ring", ringed(*CLOSED[:4])),
        ("geometry.ring", ringed(*[[1, 1]] * 5)),
    ],
)  # fmt: skip
def test_what_is_no_map_of_the_counties_is_refused(code, geometry):
    error = refused(copy.deepcopy(geometry))
    assert error.code == code
    assert all(problem.remedy for problem in error.problems)


def test_a_missing_county_is_named():
    geometry = collection()
    geometry["features"] = geometry["features"][:-3]
    error = refused(geometry)
    assert error.code == "geometry.missing"
    assert error.problems[0].found == "no feature of HVA21, HVA90"


def test_two_properties_that_disagree_are_refused():
    geometry = collection()
    for place, feature in enumerate(geometry["features"]):
        feature["properties"]["other"] = list(grid())[-1 - place]
    error = refused(geometry)
    assert error.code == "geometry.ambiguous"
    assert error.problems[0].found == "'code', 'other'"


def test_properties_are_listed_without_what_they_could_do():
    geometry = {
        "type": "FeatureCollection",
        "features": [{"properties": {"na\x1b[2Jme": 1, "x" * 500: 2, "id": "HVA5"}}],
    }
    error = refused(geometry)
    assert error.code == "geometry.property"
    assert error.problems[0].found == f"the properties 'na[2Jme', '{'x' * 40}', 'id'"


def test_all_that_is_wrong_is_told_at_once():
    geometry = changed(2, properties={"code": "HVA55"})
    geometry["features"][4]["geometry"] = None
    geometry["features"][5]["geometry"] = {"type": "Polygon", "coordinates": [CLOSED[:2]]}
    codes = [problem.code for problem in refused(geometry).problems]
    assert codes == ["geometry.unknown_area", "geometry.missing", "geometry.type", "geometry.ring"]


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("geometry.json", b""),
        ("geometry.json", b"<svg/>"),
        ("geometry.json", b'{"type": "FeatureCollection", "features": [}'),
        ("geometry.json", "{}".encode("utf-16")),
        ("geometry.json", b"[" + b"9" * 5000 + b"]"),
        ("geometry.nesting", b"[" * 200_000),
        ("geometry.type", b"[]"),
    ],
)
def test_a_file_that_is_broken_is_refused(tmp_path, code, content):
    path = tmp_path / "map.geojson"
    path.write_bytes(content)
    error = refused(path)
    assert error.code == code
    assert error.problems[0].file == "map.geojson"


def test_a_byte_order_mark_is_read_over(tmp_path):
    path = tmp_path / "map.geojson"
    path.write_text(json.dumps(collection()), encoding="utf-8-sig")
    assert set(county_polygons(path, grid())) == set(grid())


def test_what_is_no_regular_file_is_refused(tmp_path, within):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    with within(5):
        assert refused(tmp_path / "pipe").code == "path.not_regular"
    assert refused(tmp_path / "link").code == "path.not_regular"
    assert refused(tmp_path / "nothing").code == "path.not_found"
    big = tmp_path / "big.geojson"
    with big.open("wb") as file:
        file.truncate(50_000_001)
    assert refused(big).code == "limit.bytes"
