"""What is deleted of datasets, with its proof in the audit log: rows counted before and after."""

from footfall.control.audit import note
from footfall.serve.loading_sources import Sources, Withdrawn
from footfall.store.measures import Proof

__all__ = ["forget_old", "withdraw"]


def withdraw(sources: Sources, id: str, now_ms: int) -> Withdrawn:
    """Read nothing of the dataset any more, delete all of it, and note what was counted.

    Raises:
        NotFound: there is none of that id.
        Unavailable: the store is away; nothing of the dataset is read, and the same again deletes it.
    """
    done = sources.withdraw(id)
    _note(sources, now_ms, "data withdrawn", id, done.rows)
    return done


def forget_old(sources: Sources, now_ms: int) -> dict[str, Proof]:
    """Delete what is older than its contract keeps it, and note each dataset of which there was something. Raises Unavailable."""
    done = sources.forget_old()
    for id, proof in done.items():
        if proof.before:
            _note(sources, now_ms, "old data deleted", id, proof)
    return done


def _note(sources: Sources, now_ms: int, action: str, id: str, proof: Proof) -> None:
    with sources.control.writing() as connection:
        note(connection, now_ms, action, f"{id}: {proof.before} → {proof.after}")
