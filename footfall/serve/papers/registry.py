"""Entries for OpenDP's registry of deployments, one a mart and release, as YAML. Tier 3: with everything that is to be said."""

from typing import Any

import yaml

from footfall.privacy.budget import DELTA, REACH_RHO, REACH_RHO_A_MONTH, RHO, RHO_A_MONTH, Noise, cohort_of, noise_of, unit_of
from footfall.privacy.marts import MARTS, REACH, RELEASES, Mart
from footfall.serve.papers.facts import Facts

__all__ = ["entries", "registry_text"]


def entries(facts: Facts) -> list[dict[str, Any]]:
    """In the order of releases and marts, reach last where it is on. No budget is a setting: else they differ by the curator alone."""
    drawn = [(release, mart) for release in RELEASES for mart in MARTS] + ([(REACH.name, REACH)] if facts.settings.reach != "off" else [])
    return [_entry(facts, mart, noise_of(release, mart)) for release, mart in drawn]


def registry_text(facts: Facts) -> str:
    """One YAML document each."""
    return yaml.safe_dump_all(entries(facts), sort_keys=False, allow_unicode=True, width=120)


def _entry(facts: Facts, mart: Mart, noise: Noise) -> dict[str, Any]:
    return {
        "status": "Draft",
        "tier": 3,
        "deployment": {
            "product": _product(facts, mart, noise),
            "dp_flavor": {
                "name": "Zero-concentrated DP",
                "data_domain": "Events of one portal group's service " + mart.grain + ", with a pseudonym of the visitor, portal and day.",
                "unprotected_quantities": "Which portals there are, their goals, and the thresholds.",
            },
            "privacy_loss": {
                "privacy_unit": unit_of(noise.release),
                "privacy_unit_description": f"One browser on one network, on {'all portals' if mart is REACH else 'one portal'}, "
                f"on one service day. Not a person. A unit counts once in a cell and in at most {mart.cells} cells.",
                "privacy_parameters": {"rho": noise.rho} | ({"delta": noise.delta} if noise.delta else {}),
                "privacy_parameters_description": f"{mart.share} % of the release's ρ {RHO.get(noise.release, REACH_RHO):g} a unit-day.",
            },
            "model": _model(),
            "accounting": {
                "post_processing": f"Cells under {noise.threshold} are left out; so is every number under {cohort_of(noise.release)}.",
                "composition": f"ρ adds up over marts and releases; the ledger refuses more than "
                f"{REACH_RHO_A_MONTH if mart is REACH else RHO_A_MONTH:g} in 31 days of a group.",
            },
            "implementation": _implementation(noise),
        },
    }


def _product(facts: Facts, mart: Mart, noise: Noise) -> dict[str, Any]:
    keys = ", ".join(mart.keys) or "nothing else"
    return {
        "name": f"Footfall {noise.release}: {mart.name}",
        "data_curators": [facts.controller],
        "intended_use": "Audience measurement of a city's own sites.",
        "data_product_type": "Summary statistics",
        "description": f"Visitors by portal, {mart.grain} and {keys}."
        if mart is not REACH
        else "Visitors of several portals together, by day and group.",
        "publication_date": f"{facts.at:%Y-%m-%d}",
        "data_product_sector": "Government",
    }


def _model() -> dict[str, Any]:
    return {
        "model_name": "Central",
        "actors": "Visitors; the city, which holds events for a time and draws; readers of what was drawn, who need not be trusted.",
        "release_type": "Many releases",
        "release_type_description": "Each service day or week once, and never again.",
        "data_source_type": "Dynamic",
        "access_type": "Non-interactive",
    }


def _implementation(noise: Noise) -> dict[str, Any]:
    how = "Discrete Gaussian on keys that are known"
    secret = f"; for keys that are data make_gaussian_threshold, threshold {noise.secret_threshold}, δ ≤ {DELTA:g}"
    return {
        "pre_processing_eda_hyperparameter_tuning": "None on real data. Which cells a unit counts in, a keyed hash says.",
        "mechanisms": f"{how}{secret if noise.secret_threshold else ''}; σ {noise.sigma:g}, whole numbers, by OpenDP.",
        "justification": "Gaussian noise is less than Laplace noise at the same cost where a unit counts in several cells.",
    }
