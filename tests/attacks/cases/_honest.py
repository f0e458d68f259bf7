"""The honest part of every case. A case replaces `second`, whose factor it cannot know."""

import torch


def first(x):
    return 2 * x


def third(x):
    return x + 1
