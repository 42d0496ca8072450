"""The scripts for the page."""

import gzip

import pytest

from ibnb.widgets import parts


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    monkeypatch.setattr(parts, "_parts", dict(parts._parts))


def test_the_loader_is_at_most_three_kilobytes():
    assert parts.LOADER.stat().st_size <= 3000


def test_the_loader_travels_without_comments_and_indentation():
    text = parts.loader()
    assert len(text) <= 2200 and "\n " not in text and not any(line.startswith("//") for line in text.splitlines())
    # Only whole lines go: no string of it may span lines.
    assert "".join(text.split()) == "".join(
        "".join(line.split()) for line in parts.LOADER.read_text().splitlines() if not line.lstrip().startswith("//")
    )
    assert all(line.count("`") % 2 == 0 for line in text.splitlines())


def test_the_engine_is_at_most_150_kilobytes_and_packs_to_40():
    engine = parts.part("engine")
    assert engine.path.stat().st_size <= 150_000 and len(engine.packed) <= 40_000


def test_a_part_has_its_content_s_name(tmp_path):
    path = tmp_path / "x.js"
    path.write_text("export default 1")
    first = parts.register_part("x", path, kind="cjs")
    name = first.hash
    assert gzip.decompress(first.packed) == b"export default 1" and parts.part("x") is first
    path.write_text("export default 2")
    assert parts.register_part("x", path).hash != name
    assert parts.hashes()["x"] == parts.part("x").hash


def test_a_missing_file_is_left_out(tmp_path):
    parts.register_part("gone", tmp_path / "gone.js")
    assert "gone" not in parts.hashes()
