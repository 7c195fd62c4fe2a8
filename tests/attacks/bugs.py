"""Planted bugs: draws that are as ``privacy.noise.draw``, and wrong."""

import itertools
import math

from footfall.privacy.attacks.reconstruction import ASKS
from footfall.privacy.mechanisms import drawn
from footfall.privacy.noise import draw


def with_sigma_divided(by):
    """Too little noise; thresholds and all else as they should be."""

    def weak(counts, known, noise):
        keys = [*known, *(counts.keys() - set(known))]
        noisy = zip(keys, drawn([counts.get(key, 0) for key in keys], noise.sigma / by), strict=True)
        return {key: value for key, value in noisy if value >= noise.threshold}

    return weak


def exact_from(least):
    """No noise at all: cells of so many and more as they are."""
    return lambda counts, known, noise: {key: count for key, count in counts.items() if count >= least}


def rounded_laplace(counts, known, noise):
    """Floats of another law with the same variance, rounded. By quantiles: no chance in the test."""
    scale, last = noise.sigma / math.sqrt(2), len(counts)
    shares = ((number + 0.5) / last - 0.5 for number in range(last))
    added = (-scale * math.copysign(math.log1p(-2 * abs(share)), share) for share in shares)
    return {key: round(count + more) for (key, count), more in zip(counts.items(), added, strict=True)}


def floats(counts, known, noise):
    """What is right, but for its type."""
    return {key: float(value) for key, value in draw(counts, known, noise).items()}


def fresh_noise(draw, counts, noise):
    """A gate that draws anew for every question: all of them at once here, which is the same and quicker."""
    anew = {f"{number} {key}": count for number in range(ASKS) for key, count in counts.items()}
    drawn_anew, questions = draw(anew, list(anew), noise), itertools.count()

    def answer():
        number = next(questions)
        return {key: drawn_anew[f"{number} {key}"] for key in counts}

    return answer
