from torch import Tensor, nn

from grader.suite.mutants import mutant


@mutant(en="Your module divides by the factor.", zh="你的模块除以了系数。")
class Divides(nn.Module):
    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        return x / self.factor
