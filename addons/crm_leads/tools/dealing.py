"""Dealing things out by shares, without any knowledge of what they are."""


def counts(total, weights):
    """Return how many of ``total`` things (int) each gets (list of int).

    Nobody is farther than one from the exact share; what is left over goes to the
    largest remainders, the first ones first.

    :param int total: number of things
    :param list weights: of int, at least 1 each
    """
    whole = sum(weights)
    found = [total * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda at: -(total * weights[at] % whole))
    for at in by_rest[: total - sum(found)]:
        found[at] += 1
    return found


def deal(things, weights):
    """Deal things out in turns; return a list of things for each share.

    In turns, so that of things in order of worth everybody gets some of each kind.

    :param list things: the things, best first
    :param list weights: of int, at least 1 each
    """
    left = counts(len(things), weights)
    total = [count or 1 for count in left]
    hands = [[] for _weight in weights]
    for thing in things:
        # whoever is farthest behind, measured by the own share
        at = max(
            (at for at, count in enumerate(left) if count),
            key=lambda at: left[at] / total[at],
        )
        hands[at].append(thing)
        left[at] -= 1
    return hands
