"""The same seed gives the same inputs, another attempt or test gives others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from grader.runtime.trusted.rng import Rng, derive_seed

_DRAWS: dict[str, Callable[[Rng], Tensor]] = {
    "normal": lambda rng: rng.normal(5, 6),
    "spread": lambda rng: rng.spread(5, 6),
    "uniform": lambda rng: rng.uniform(5, 6),
    "integers": lambda rng: rng.integers(0, 1000, 5, 6),
    "bools": lambda rng: rng.bools(5, 6),
    "permutation": lambda rng: rng.permutation(30),
    "choice": lambda rng: torch.tensor(rng.choice(list(range(10**6)))),
}


@pytest.mark.parametrize("name", _DRAWS)
def test_rng_gives_the_same_numbers_for_the_same_seed(name: str) -> None:
    draw = _DRAWS[name]
    assert torch.equal(draw(Rng(derive_seed(7, "test_a"))), draw(Rng(derive_seed(7, "test_a"))))


@pytest.mark.parametrize("name", _DRAWS)
@pytest.mark.parametrize("other", [(8, "test_a"), (7, "test_b")], ids=["another attempt", "another test"])
def test_rng_gives_other_numbers_for_another_attempt_or_test(name: str, other: tuple[int, str]) -> None:
    draw = _DRAWS[name]
    assert not torch.equal(draw(Rng(derive_seed(7, "test_a"))), draw(Rng(derive_seed(*other))))


@pytest.mark.parametrize("name", _DRAWS)
def test_rng_does_not_touch_or_follow_the_global_generator(name: str) -> None:
    draw = _DRAWS[name]
    torch.manual_seed(1)
    state = torch.get_rng_state()
    first = draw(Rng(3))
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(2)
    assert torch.equal(draw(Rng(3)), first)


def test_rng_goes_on_from_draw_to_draw() -> None:
    rng = Rng(3)
    assert not torch.equal(rng.normal(4), rng.normal(4))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64], ids=str)
def test_rng_draws_the_same_numbers_in_every_dtype(dtype: torch.dtype) -> None:
    assert torch.equal(Rng(3).normal(4, dtype=dtype), Rng(3).normal(4, dtype=torch.float64).to(dtype))
    assert Rng(3).uniform(4, dtype=dtype).dtype == dtype


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3, 4)], ids=str)
def test_rng_draws_the_shape_that_is_asked_for(shape: tuple[int, ...]) -> None:
    rng = Rng(3)
    for drawn in (
        rng.normal(*shape),
        rng.spread(*shape),
        rng.uniform(*shape),
        rng.integers(0, 2, *shape),
        rng.bools(*shape),
    ):
        assert drawn.shape == shape


@pytest.mark.parametrize("seed", range(20))
def test_rng_spreads_numbers_over_every_class_of_magnitude(seed: int) -> None:
    drawn = Rng(seed).spread(3, 4)

    size = drawn.abs()
    counts = [
        (size == 0).sum(),
        ((size > 0) & (size <= 1e-4)).sum(),
        ((size > 0.1) & (size < 100)).sum(),
        (size >= 1e4).sum(),
    ]
    assert [int(count) for count in counts] == [3, 3, 3, 3]
    assert not torch.signbit(drawn[drawn == 0]).any()
    assert float(Rng(seed).spread(1)) != 0


def test_rng_keeps_to_its_bounds() -> None:
    rng = Rng(3)
    uniform, integers = rng.uniform(1_000, low=-2.0, high=3.0), rng.integers(5, 8, 1_000, dtype=torch.int32)
    assert -2.0 <= float(uniform.min()) < -1.5
    assert 2.5 < float(uniform.max()) < 3.0
    assert set(integers.tolist()) == {5, 6, 7}
    assert integers.dtype == torch.int32
    assert sorted(rng.permutation(10).tolist()) == list(range(10))
    assert rng.choice(["a", "b"]) in {"a", "b"}


@pytest.mark.parametrize("p", [0.0, 0.25, 1.0])
def test_rng_draws_booleans_with_the_given_probability(p: float) -> None:
    drawn = Rng(3).bools(4_000, p=p)
    assert drawn.dtype == torch.bool
    assert float(drawn.double().mean()) == pytest.approx(p, abs=0.05)


def test_derive_seed_is_a_seed_for_torch_and_hides_the_attempts_own() -> None:
    seeds = {derive_seed(seed, purpose) for seed in range(50) for purpose in ("a", "b")}
    assert len(seeds) == 100
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert min(seeds) > 2**40
