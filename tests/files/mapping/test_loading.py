"""Mapping files are checked before anything is read with them."""

from __future__ import annotations

import pytest

from quarterdeck.files.mapping import MappingError, available_mappings, load_mapping
from quarterdeck.files.mapping.declaration import Join

SMALL = """
name = "small"
title = "A small system"
notes = "Nothing is lost."
[parameters]
site = "north"
[sources]
part = { from = ["Parts", "Part list"], columns = { number = ["no", "part no"], price = [] } }
[[steps]]
name = "sold"
from = "part"
where = "price > 0"
join = [{ with = "part", on = { number = "number" }, how = "semi" }]
[[tables]]
table = "items"
from = ["part", "sold"]
columns = { item = "number", decimals = 2, phantom = false }
"""


def written(tmp_path, text):
    """A mapping file with this text."""
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return file


def faults(tmp_path, text):
    """The messages with which a mapping file is refused."""
    with pytest.raises(MappingError) as refused:
        load_mapping(written(tmp_path, text))
    assert {(problem.code, problem.file) for problem in refused.value.problems} == {("mapping-file", "mine.toml")}
    return [problem.message for problem in refused.value.problems]


def test_a_mapping_file_is_read_as_declared(tmp_path):
    """Sources, steps and tables; plain numbers and truth values are expressions too."""
    mapping = load_mapping(written(tmp_path, SMALL))
    assert (mapping.name, mapping.title, mapping.notes) == ("small", "A small system", ("Nothing is lost.",))
    assert mapping.parameters == {"site": "north"}
    assert mapping.sources["part"].names == ("Parts", "Part list")
    assert mapping.sources["part"].columns == {"number": ("no", "part no"), "price": ()}
    assert mapping.steps[0].joins == (Join("part", {"number": "number"}, "semi"),)
    assert mapping.tables[0].sources == ("part", "sold")
    assert mapping.tables[0].columns == {"item": "number", "decimals": "2", "phantom": "false"}


def test_the_built_in_mappings_are_listed_with_their_titles():
    """Both can be loaded by name."""
    found = available_mappings()
    assert set(found) == {"adventureworks", "frepple"}
    assert all(load_mapping(name).title == title for name, title in found.items())


def test_an_unknown_name_is_refused_with_those_there_are():
    """Neither a mapping nor a file."""
    with pytest.raises(MappingError, match="adventureworks, frepple"):
        load_mapping("sapp")


def test_a_file_that_is_not_toml_is_refused(tmp_path):
    """With what the parser says."""
    assert "not valid TOML" in faults(tmp_path, "name = ")[0]


def test_a_file_that_is_not_text_is_refused(tmp_path):
    """Bytes of another encoding."""
    file = tmp_path / "mine.toml"
    file.write_bytes(b"\xff\xfe\x00name")
    with pytest.raises(MappingError, match="UTF-8"):
        load_mapping(file)


def test_an_absurdly_large_file_is_refused(tmp_path):
    """Before it is parsed."""
    with pytest.raises(MappingError, match="at most 1000000 bytes, got 1000001"):
        load_mapping(written(tmp_path, "#" * 1_000_001))


def test_every_fault_is_named_at_once(tmp_path):
    """Unknown words, tables, columns, sources and joins in one go."""
    text = """
    color = "red"
    [sources]
    part = { from = "Parts", column = 1 }
    other = 3
    [[steps]]
    from = "part"
    [[tables]]
    table = "itmes"
    from = "part"
    [[tables]]
    table = "items"
    from = "nowhere"
    let = { a = [1] }
    join = [{ with = "part" }, { with = "part", on = "a", how = "outer" }]
    columns = { price_tag = "1" }
    """
    messages = "\n".join(faults(tmp_path, text))
    for part in ("'color'", "'column'", "[sources.other]", 'name = "…"', "'itmes'", "'nowhere'", "'price_tag'"):
        assert part in messages
    for part in ("join = { with", "how = one of left, inner, semi, anti", "let of table items"):
        assert part in messages


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sources = 1", "Expected [sources] to be a table"),
        ("tables = 1", "Expected [[tables]] entries"),
        ("notes = 1", "Expected a text or a list of texts as notes"),
        ("[[tables]]\ntable = 'items'\nfrom = 3", "as from of table items"),
    ],
)
def test_parts_of_the_wrong_shape_are_named(tmp_path, text, message):
    """A number where a table, a list or a text belongs."""
    assert any(message in found for found in faults(tmp_path, text))


def test_steps_can_only_use_what_stands_before_them(tmp_path):
    """The first step reads the second."""
    text = SMALL.replace('from = "part"\nwhere', 'from = "later"\nwhere') + '[[steps]]\nname = "later"\nfrom = "part"'
    assert faults(tmp_path, text) == ["Expected a source or an earlier step in sold, got 'later'."]
