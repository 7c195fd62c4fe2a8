"""Attacks in words: what each is, for people who release numbers and did not read the papers."""

from footfall.serve.pages.language import N_

__all__ = ["ATTACK_WORDS"]

ATTACK_WORDS = {
    "A1 home": (
        N_("Trajectories at rest"),
        N_("Something looked for in what stays by which a visitor could be followed. Counted is what is found."),
    ),
    "A2": (N_("Linkage"), N_("Of a visitor four things are known, one of them wrongly; a fifth is looked for in all tables.")),
    "A3 city": (N_("Membership, city"), N_("Was this one visitor there? Asked by somebody who knows all others. Half is a guess.")),
    "A3 open": (N_("Membership, open"), N_("The same in the numbers for everybody.")),
    "A4": (N_("Least ε"), N_("Thousands of made-up visitors guessed from a single draw; what ε is at least then.")),
    "A5": (
        N_("The law of the noise"),
        N_("Is it whole numbers, and does it follow the law that it is said to? Told is how unlikely it would be."),
    ),
    "A6": (N_("Differencing"), N_("A hidden cell as its total less the cells that are shown.")),
    "A6 home": (
        N_("Differencing, here"),
        N_("Do totals and the sums of their parts agree to the visitor? Noise lets them by chance alone."),
    ),
    "A7": (N_("Reconstruction"), N_("Who was there, solved for from everything that can be asked. Half is a guess.")),
    "A7 home": (N_("Averaging, here"), N_("Marts of a day that were drawn more than once. Counted is what is found.")),
    "A8": (N_("Brute force of ids"), N_("All addresses of a network hashed and compared, once the day's salt is gone.")),
    "A8 home": (N_("One id in two places, here"), N_("The same id on two portals or on two days apart. Counted is what is found.")),
    "A9": (N_("Cohorts"), N_("Cells that may be shown with too few or too alike behind them.")),
    "A9 home": (N_("Cohorts, here"), N_("Marts with a cell under its threshold. Counted is what is found.")),
    "A10 home": (N_("Neighbours, here"), N_("A day counted again without one visitor: does more change than may?")),
    "A11 home": (N_("The ledger, here"), N_("Lines that were changed, and numbers that nobody paid for. Counted is what is found.")),
    "A12 home": (N_("Side doors, here"), N_("Columns that hold sets of visitors in another form. Counted is what is found.")),
}
"""Title of each attack, and what was tried."""
