"""Pieces of pages that are written once for the values they show."""

from __future__ import annotations

import pytest
from django.template import Context, Engine, TemplateSyntaxError

from quarterdeck.store import django_setup

LIST = "{% for row in rows %}{% keep row loud %}<b>{{ row.name }}</b>{% if loud %}!{% endif %}{% endkeep %}{% endfor %}"


def made(text):
    """A template that knows the tag."""
    django_setup.configure()
    return Engine(builtins=["quarterdeck.web.templatetags.keeping"]).from_string(text)


def written(template, **values):
    """What the template gives."""
    return template.render(Context(values))


def test_kept_pieces_follow_their_values():
    """Law: whatever is shown again, it is what these values give; texts stay escaped."""
    template = made(LIST)
    rows = [{"name": "Bolt"}, {"name": "<Axle>"}]
    for _ in range(2):
        assert written(template, rows=rows, loud=False) == "<b>Bolt</b><b>&lt;Axle&gt;</b>"
        assert written(template, rows=rows, loud=True) == "<b>Bolt</b>!<b>&lt;Axle&gt;</b>!"
        assert written(template, rows=[{"name": "Nut"}], loud=False) == "<b>Nut</b>"


def test_equal_values_of_different_kinds_are_told_apart():
    """Example: 1, 1.0 and yes are equal to a computer and read differently."""
    template = made("{% keep row %}{{ row.value }}{% endkeep %}")
    assert [written(template, row={"value": value}) for value in (1, True, 1.0)] == ["1", "True", "1.0"]


def test_values_that_may_change_are_written_each_time():
    """Example: a list inside a row is looked at anew."""
    template, names = made("{% keep row %}{{ row.names|join:', ' }}{% endkeep %}"), ["a"]
    assert written(template, row={"names": names}) == "a"
    names.append("b")
    assert written(template, row={"names": names}) == "a, b"


def test_a_piece_that_uses_something_else_is_refused():
    """Refusal: a variable that is not named, also in a condition, an address or another template."""
    for text in ("{{ other }}", "{% if other.x %}{% endif %}", "{{ row.name|default:other }}"):
        with pytest.raises(TemplateSyntaxError, match="other"):
            made("{% keep row %}" + text + "{% endkeep %}")
    for text in ("{% csrf_token %}", "{% include 'x.html' %}"):
        with pytest.raises(TemplateSyntaxError, match="stands alone"):
            made("{% keep row %}" + text + "{% endkeep %}")


def test_names_made_inside_and_texts_are_no_variables():
    """Example: what a loop or ``with`` makes may be used, and quoted words are words."""
    text = "{% keep row %}{% for part in row.parts %}{{ part|default:'none at all' }}{% endfor %}{% endkeep %}"
    assert written(made(text), row={"parts": ("a", "")}) == "anone at all"
    assert written(made("{% keep row %}{% with x=row.a %}{{ x }}{% endwith %}{% endkeep %}"), row={"a": "y"}) == "y"
