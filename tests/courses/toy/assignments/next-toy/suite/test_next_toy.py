import torch

from grader.suite import assert_close, probe, task


@probe
def halved(solution, x):
    return solution.Halver()(x)


@task("Halver")
def test_halves(student):
    """Halves its input.

    把输入减半。
    """
    assert_close(student.run(halved, torch.ones(2)), torch.full((2,), 0.5))
