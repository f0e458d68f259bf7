"""The simulated cluster keeps the store's rules: nothing is lost or judged twice, and time is what was recorded."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import timedelta

import pytest
import simpy

from benchmarks.cluster.arrivals import WEEK_S, at_once, before_deadline
from benchmarks.cluster.costs import Cost, Kind, StoreCosts
from benchmarks.cluster.plan import needs, nodes_at_the_limit
from benchmarks.cluster.recorded import Durations, Recorded
from benchmarks.cluster.simulation import LEASE_S, Cluster, Failures, Outcome, Submission, simulate
from benchmarks.cluster.store import COUNT_S, POLL_S, RENEW_S, TIDY_S, SimulatedStore, StoreModel
from benchmarks.cluster.summary import middle_rate, summarize
from benchmarks.machine import Machine
from grader.classroom.store import claims
from grader.classroom.store.queue import MOST_TRIES
from grader.engine import local, worker

_FREE = StoreModel(cores=1, core_s=dict.fromkeys(Kind, 0.0), wait_s=dict.fromkeys(Kind, 0.0), count_s=0.0, lock_s=0.0)
_ONE_SECOND = {"sums": Durations(later_s=(1.0,))}
_MACHINE = Machine(cores=2, cpu="a processor", system="a system", versions={})


def _cluster(nodes: int = 1, slots: int = 2, store: StoreModel = _FREE, **changes: float) -> Cluster:
    """A cluster on which everything takes a second; `changes` are of its failures."""
    failures = replace(Failures(), **changes)
    return Cluster(nodes=nodes, slots=slots, store=store, durations=_ONE_SECOND, start_s=3.0, failures=failures)


def _run(cluster: Cluster, times_s: list[float], seed: int = 1) -> Outcome:
    numbered = enumerate(times_s)
    submissions = [Submission(number=at, assignment="sums", arrives_s=time_s, place=0.5) for at, time_s in numbered]
    return simulate(cluster, submissions, random.Random(seed))


def test_simulated_clocks_are_those_of_the_workers() -> None:
    assert (POLL_S, COUNT_S, TIDY_S) == (worker._POLL_S, local._LOOK_S, local._TIDY_S)
    assert (RENEW_S, timedelta(seconds=LEASE_S)) == (claims._RENEW_S, claims._LEASE)


def test_without_failures_it_takes_the_work_over_the_slots() -> None:
    assert _run(_cluster(nodes=5, slots=2), at_once(100)).ended_s == pytest.approx(3.0 + 100 / 10)


def test_every_submission_is_graded_once_or_given_up_after_three_takes() -> None:
    outcome = _run(_cluster(nodes=20, a_node_day=20_000.0, restart_s=1.0, restarting=1.0), at_once(2_000))
    given_up = [one for one in outcome.submissions if not one.is_graded]

    assert outcome.node_failures > 100
    assert 0 < len(given_up) < 200
    assert all(one.done_s is not None for one in outcome.submissions)  # ending one twice is refused by the simulation
    assert {one.takes for one in given_up} == {MOST_TRIES}
    assert {one.takes for one in outcome.submissions if one.is_graded} == {1, 2, 3}


def test_work_of_a_lost_node_comes_back_when_its_lease_is_over() -> None:
    """A lease is a minute from the last of the renewals, which come every 15 seconds; then an idle slot asks."""
    durations = {"sums": Durations(later_s=(1800.0,))}
    cluster = replace(_cluster(nodes=8, slots=1, a_node_day=30.0), durations=durations)
    lost = [outcome for seed in range(30) if (outcome := _run(cluster, [3600.0], seed)).submissions[0].takes == 2]
    free_s = [outcome.ended_s - 1800.0 - 3600.0 - outcome.lost_s for outcome in lost]

    assert len(lost) > 5
    assert all(LEASE_S - RENEW_S <= waited_s <= LEASE_S + 2 * POLL_S for waited_s in free_s)


def test_same_seed_gives_the_same_and_another_does_not() -> None:
    cluster = _cluster(nodes=10, a_node_day=2_000.0)
    first, same, other = (_run(cluster, at_once(1_000), seed=seed) for seed in (1, 1, 2))

    assert first == same
    assert first.lost_s != other.lost_s


def test_idle_slots_ask_again_and_again() -> None:
    outcome = _run(_cluster(nodes=1, slots=1), [10.0 + number * 7.3 for number in range(50)])
    waits_s = [one.done_s - one.arrives_s - 1.0 for one in outcome.submissions if one.done_s is not None]

    assert all(0.0 <= wait_s <= POLL_S for wait_s in waits_s)
    assert max(waits_s) > POLL_S / 2


def test_first_of_an_assignment_in_a_container_takes_what_was_recorded_of_firsts() -> None:
    durations = {"sums": Durations(first_s=(5.0,), later_s=(1.0,))}

    assert _run(replace(_cluster(slots=1), durations=durations), at_once(10)).ended_s == pytest.approx(3.0 + 5.0 + 9.0)


def test_one_assignment_comes_after_the_other() -> None:
    durations = {slug: Durations(later_s=(1.0,)) for slug in "ab"}
    submissions = [
        Submission(number=number, assignment="ba"[number % 2], arrives_s=0.0, place=0.5) for number in range(20)
    ]
    simulate(replace(_cluster(slots=1), durations=durations), submissions, random.Random(1))

    in_turn = sorted(submissions, key=lambda one: one.done_s or 0.0)
    assert [one.number for one in in_turn] == [*range(1, 20, 2), *range(0, 20, 2)]


def test_audit_log_is_held_by_one_at_a_time() -> None:
    store = replace(_FREE, lock_s=0.1)
    outcome = _run(_cluster(nodes=100, slots=4, store=store), at_once(2_000))

    assert middle_rate(outcome) == pytest.approx(10.0, rel=0.01)
    assert summarize("", _cluster(store=store), outcome, 5.0, math.inf).locked == pytest.approx(1.0, rel=0.01)


def test_log_that_is_free_leaves_the_limit_to_the_cores() -> None:
    store = replace(_FREE, cores=4, core_s={**_FREE.core_s, Kind.KEEP: 0.1}, lock_s=0.2)

    assert _run(_cluster(nodes=100, slots=4, store=store), at_once(400)).ended_s == pytest.approx(4.1 + 400 * 0.2)
    free = replace(store, lock_s=0.0)
    assert _run(_cluster(nodes=100, slots=4, store=free), at_once(400)).ended_s == pytest.approx(4.0 + 400 * 0.1 / 4)


def test_cores_of_the_store_serve_as_many_as_they_are() -> None:
    store = replace(_FREE, cores=2, core_s={**_FREE.core_s, Kind.TAKE: 0.1})
    outcome = _run(_cluster(nodes=100, slots=4, store=store), at_once(2_000))

    assert outcome.ended_s == pytest.approx(3.0 + 2_000 * 0.1 / 2 + 1.0)
    assert outcome.used == pytest.approx(1.0, rel=0.05)


def test_asking_in_vain_counting_tidying_and_renewing_use_the_store() -> None:
    env = simpy.Environment()
    core_s = {**_FREE.core_s, Kind.POLL: 0.0001, Kind.TIDY: 0.002, Kind.RENEW: 0.003}
    store = SimulatedStore(env, replace(_FREE, cores=4, core_s=core_s, count_s=1e-5))
    store.set_beside(idle=800, workers=100, waiting=5_000)
    env.run(until=10.0)

    counts, tidies = 0.05 / (0.05 + 0.5), 100 * 0.002 / (0.002 + 5.0)
    asks = 800 * 0.0001 / (0.0001 + 0.5)
    assert store.used() == pytest.approx((asks + counts + tidies + 100 * 0.003 / (0.003 + 15)) / 4)


def test_what_takes_all_cores_beside_slows_everything_down() -> None:
    core_s = {**_FREE.core_s, Kind.KEEP: 0.001}
    store = replace(_FREE, cores=2, core_s=core_s, lock_s=0.001)
    rates = {
        tidy_s: middle_rate(_run(_cluster(nodes=200, slots=4, store=_tidying(store, tidy_s)), at_once(4_000)))
        for tidy_s in (0.0, 0.2)
    }

    assert rates[0.0] > 600
    assert rates[0.2] < rates[0.0] / 2


def _tidying(store: StoreModel, tidy_s: float) -> StoreModel:
    return replace(store, core_s={**store.core_s, Kind.TIDY: tidy_s})


def test_half_come_in_the_last_four_hours_and_all_within_the_week() -> None:
    times_s = before_deadline(10_000, random.Random(1))

    assert times_s == sorted(times_s)
    assert times_s[0] >= 0.0 and times_s[-1] <= WEEK_S
    assert (WEEK_S - times_s[5_000]) / 3600 == pytest.approx(4.0, rel=0.1)


def test_summary_counts_what_became_of_each() -> None:
    cluster = _cluster(nodes=20, a_node_day=20_000.0, restart_s=1.0, restarting=1.0)
    outcome = _run(cluster, at_once(2_000))
    summary = summarize("all at once", cluster, outcome, 5.0, math.inf)

    assert summary.graded + summary.not_graded == 2_000
    assert sum(summary.done.values()) * 5.0 == pytest.approx(summary.graded)
    assert summary.judged_again == sum(one.takes for one in outcome.submissions) - 2_000
    assert summary.latencies_s["p50"] < summary.latencies_s["p99"] < summary.latencies_s["worst"]
    assert summary.lasted_s == pytest.approx(outcome.ended_s, abs=0.01)


# The plan.


def _cost(a_second: float, median_s: float) -> tuple[Cost, ...]:
    measured = {"median_s": median_s, "p99_s": median_s, "core_s": 0.001, "lock_s": 1 / a_second, "missed": 0.0}
    return (Cost(connections=1, count=1, a_second=a_second, **measured),)


_COSTS = StoreCosts(
    machine=_MACHINE,
    commit="",
    date="",
    costs={kind: _cost(500.0 if kind is Kind.KEEP else 1_000.0, 0.005) for kind in Kind},
    waiting=100_000,
    bytes_a_submission=2**20,
)
_RECORDED = Recorded(
    machine=_MACHINE,
    commit="",
    date="",
    slots=2,
    start_s=(100.0,),
    span_s=10.0,
    durations={"quick": Durations(later_s=(0.09, 0.09, 0.09)), "slow": Durations(later_s=(0.49,))},
)


def test_plan_is_the_work_over_the_time_that_is_left() -> None:
    one, every, ten_times, *_ = needs(_RECORDED, _COSTS)

    assert one.slots["1 h"] == math.ceil(1_000 * (0.49 + 0.01) / 3500.0) == 1
    assert ten_times.slots["10 min"] == math.ceil(10_000 * (0.49 + 0.01) / 500.0)
    assert (every.submissions, every.slots["10 min"]) == (2_000, math.ceil(2_000 * (0.19 + 0.01) / 500.0))
    assert every.store_share["10 min"] == pytest.approx(2_000 / 500.0 / 600.0)
    assert every.store_gib == pytest.approx(2_000 / 1024)


def test_limit_of_the_store_is_where_the_simulation_stops_growing() -> None:
    store = replace(StoreModel.of(_COSTS, 8), lock_s=0.02)
    clusters = (replace(_cluster(nodes=nodes, store=store), slots=4) for nodes in (6, 12, 25, 50))
    rates = [middle_rate(_run(cluster, at_once(40 * cluster.nodes))) for cluster in clusters]

    assert rates[1] == pytest.approx(2 * rates[0], rel=0.1)
    assert rates[2:] == pytest.approx([50.0, 50.0], rel=0.02)
    assert nodes_at_the_limit(_RECORDED, _COSTS, StoreModel.of(_COSTS, 8)) == pytest.approx(500.0 * 0.2 / 4)
