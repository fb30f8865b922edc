"""New products: judged by their likes, by Bass, and ever more by their own weeks."""

import numpy as np
import pytest

from quarterdeck.disciplines.demand.launch import bass_course, foresee_launch

RNG = np.random.default_rng(12)


def first_year(total, imitation=3.0):
    """A first year that follows Bass with noise."""
    steps = np.diff(np.concatenate(([0.0], bass_course(0.1, imitation))))
    return RNG.poisson(total * steps).astype(float)


def test_course_of_bass_solves_its_equation():
    """The closed form agrees with stepping dF/dt = (p + q F)(1 - F) in small steps."""
    p, q, steps = 0.03, 0.38, 20_000
    reached, path = 0.0, []
    for k in range(steps):
        reached += (p + q * reached) * (1.0 - reached) / steps
        if (k + 1) % (steps // 52) == 0 and len(path) < 52:
            path.append(reached)
    found = bass_course(p, q)
    np.testing.assert_allclose(found[[12, 25, 38]], (np.array(path) / reached)[[12, 25, 38]], rtol=0.01)
    assert found[-1] == 1


def test_likes_tell_the_total_before_anything_is_sold():
    """Four products of about a thousand make the fifth one of about a thousand."""
    seen = foresee_launch(np.empty(0), [first_year(total) for total in (800, 1000, 1100, 1300)])
    assert seen.expected == pytest.approx(1030, rel=0.1)
    assert seen.likes == 4
    assert 0.3 < seen.chance_of(1000) < 0.8


def test_weeks_of_its_own_take_over():
    """A product that sells three times as well is known as such after a quarter, and surer after half a year."""
    likes = [first_year(total) for total in (800, 1000, 1100, 1300)]
    hit = first_year(3000)
    early, later = foresee_launch(hit[:13], likes), foresee_launch(hit[:26], likes)
    assert later.expected == pytest.approx(3000, rel=0.2)
    assert later.spread < early.spread < foresee_launch(np.empty(0), likes).spread + 0.5
    assert later.chance_of(2000) > 0.9 > later.chance_of(5000)


def test_chance_falls_with_the_target():
    """More is less likely; what is sold already is certain; nothing more comes after the year."""
    seen = foresee_launch(first_year(500)[:20], [])
    chances = [seen.chance_of(target) for target in (1, 200, 400, 800, 5000)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == 1
    year = first_year(500)
    assert foresee_launch(year, []).chance_of(2 * year.sum()) == 0


def test_bands_hold_what_comes():
    """Of many launches after a quarter, about nine of ten years lie inside of the 90 % band."""
    inside = []
    for _ in range(150):
        likes = [first_year(1000 * np.exp(RNG.normal(0, 0.4)), 3.0 * np.exp(RNG.normal(0, 0.2))) for _ in range(8)]
        year = first_year(1000 * np.exp(RNG.normal(0, 0.4)), 3.0 * np.exp(RNG.normal(0, 0.2)))
        seen = foresee_launch(year[:13], likes)
        inside.append(seen.quantile(0.05) <= year.sum() <= seen.quantile(0.95))
    assert np.mean(inside) == pytest.approx(0.9, abs=0.08)


@pytest.mark.parametrize("own", [[], [0.0] * 10, [1e12] * 5, [3.0], [0.0] * 60])
def test_odd_beginnings_give_numbers(own):
    """Nothing sold, too much, and a single week are answered."""
    seen = foresee_launch(np.array(own, float), [])
    assert np.isfinite([seen.expected, seen.spread, seen.quantile(0.95), seen.chance_of(10.0)]).all()
