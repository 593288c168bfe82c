"""The ratios demanded at the largest size, measured again: peer and library one right after the other.

The machine may be shared: minutes in which memory or a processor is slow change a ratio if the two
runs are minutes apart. The ratio is the median over rounds of the ratio in one round."""

from .demands import opponents
from .integration import again
from .session import median, spread

ROUNDS = 15


def measure(session):
    """Seconds and ratios of each duel."""
    found = {}
    for what, peer, own in opponents(session.results):
        session.say(f"side by side: {what}")
        rounds = []
        for _ in range(2 if session.quick else ROUNDS):
            rounds.append([median(again(entry)["seconds"]) for entry in (peer, own)])
        found[what] = {
            "peer": spread([peer for peer, _ in rounds]),
            "own": spread([own for _, own in rounds]),
            "ratio": spread([peer / own for peer, own in rounds]),
            "rounds": rounds,
        }
    return found
