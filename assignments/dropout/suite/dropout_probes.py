"""What the suite runs inside the candidate.

Each probe returns many things of one run, because a crossing of the boundary costs more than the arithmetic. The
functions of the signature `(x, p, training, generator)` share probes; these take the function's name.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.suite import probe


@probe
def training_and_evaluation(solution: Any, name: str, cases: list[tuple[Tensor, float]], seed: int) -> Any:
    """Calls the function in both modes, with one generator for all cases."""
    function = getattr(solution, name)
    generator = torch.Generator(cases[0][0].device).manual_seed(seed)
    return [
        {
            "training": function(x.clone(), p, True, generator),
            "evaluation": function(x.clone(), p, False, generator),
        }
        for x, p in cases
    ]


@probe
def upstream_to_x(solution: Any, name: str, cases: list[tuple[Tensor, float, bool, Tensor]], seed: int) -> Any:
    """Returns for each case the result and what flows back to `x`, or None where nothing can.

    All cases go forward before the first goes back.
    """
    function = getattr(solution, name)
    leaves = [x.detach().clone().requires_grad_() for x, _, _, _ in cases]
    results = []
    for leaf, (x, p, training, _) in zip(leaves, cases, strict=True):
        generator = torch.Generator(x.device).manual_seed(seed)
        results.append(function(leaf, p, training=training, generator=generator))
    found = []
    for leaf, result, (_, _, _, cotangent) in zip(leaves, results, cases, strict=True):
        gradient = None
        if result.requires_grad and result.shape == cotangent.shape:
            (gradient,) = torch.autograd.grad((result * cotangent).sum(), leaf, allow_unused=True)
        found.append((result.detach(), gradient))
    return found


@probe
def defaults(solution: Any, name: str, x: Tensor) -> list[Any]:
    """Returns the result where all is left out that may be, and where the generator is None."""
    function = getattr(solution, name)
    return [function(x), function(x, 0.5, True, None)]


@probe
def draws(solution: Any, name: str, x: Tensor, small: Tensor, p: float, seed: int) -> dict[str, Any]:
    """Draws again and again: with one generator, with one that starts anew, and with the global one."""
    function = getattr(solution, name)

    def fresh(number):
        return torch.Generator(x.device).manual_seed(number)

    generator = fresh(seed)
    first, second = function(x, p, True, generator), function(x, p, True, generator)
    torch.manual_seed(seed + 2)
    repeated, other = function(x, p, True, fresh(seed)), function(x, p, True, fresh(seed + 1))
    torch.manual_seed(seed)
    globals_first, globals_second = function(x, p), function(x, p)
    torch.manual_seed(seed)
    globals_repeated = function(x, p)
    return {
        "first": first,
        "second": second,
        "repeated": repeated,
        "other": other,
        "globals_first": globals_first,
        "globals_second": globals_second,
        "globals_repeated": globals_repeated,
        "small": torch.stack([function(small, p, True, generator) for _ in range(100)]),
    }


@probe
def under_settings(solution: Any, name: str, args: list[Any], p: float, seed: int) -> dict[str, Any]:
    """Calls a task as usual, without gradients, with another default dtype and with another default device.

    After that it draws other numbers from the generator, calls again, and once more from the state that was then. The
    layer has the global generator only.
    """
    device = args[0].device
    generator = None if name == "Dropout" else torch.Generator(device)
    own = torch.cuda.default_generators[device.index or 0] if device.type == "cuda" else torch.default_generator
    source = generator or own

    def call():
        if name == "dropout_mask":
            return solution.dropout_mask(args[0].shape, p, generator=generator, dtype=args[0].dtype, device=device)
        if name == "Dropout":
            return solution.Dropout(p)(*args)
        if name == "DropoutFn":
            return solution.DropoutFn.apply(*args, p, generator)
        return getattr(solution, name)(*args, p, True, generator)

    source.manual_seed(seed)
    usual = torch.get_default_dtype()
    before = torch.get_rng_state()
    results = [call()]
    stays = torch.equal(torch.get_rng_state(), before)
    is_on = torch.is_grad_enabled()
    source.manual_seed(seed)
    with torch.no_grad():
        results.append(call())
    try:
        torch.set_default_dtype(torch.float64)
        results.append(call())
    finally:
        torch.set_default_dtype(usual)
    with torch.device("meta"):
        results.append(call())
    torch.rand(7, generator=generator, device=device)
    state = source.get_state()
    moved = call()
    source.set_state(state)
    return {
        "results": results,
        "gradients stay on": is_on,
        "global stays": stays or generator is None,
        "moved": moved,
        "restored": call(),
    }


@probe
def careful_calls(
    solution: Any, name: str, cases: list[tuple[Tensor, float, bool]], seed: int
) -> tuple[list[Any], list[Any], str]:
    """Returns the results, the arguments as they are afterwards, and how a call on the meta device ended."""
    function = getattr(solution, name)
    generator = torch.Generator(cases[0][0].device).manual_seed(seed)
    results = [function(x, p, training=training, generator=generator) for x, p, training in cases]
    results = [result.clone() for result in results]
    try:
        ending = function(cases[0][0].to("meta"), 0.5).device.type
    except Exception as error:  # noqa: BLE001 - whatever it is, only its message matters
        ending = str(error)
    return results, [x for x, _, _ in cases], ending
