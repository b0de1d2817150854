"""Random reports with one pattern, and letters with one frame: similar texts that are not copies of one another."""

from __future__ import annotations

import random
from collections.abc import Callable

PEOPLE = ("Anna Berg", "Ole Lund", "Mira Stolz", "Tom Hale", "Ines Roth", "Karl Vest", "Lea Quist", "Per Dahl")
PLACES = ("Lomwick", "Harstad", "Benmore", "Quell", "Tarnby", "Osset", "Wexley", "Druin")

FRAME = (
    "You are reading the morning letter of the Coast Desk, which is sent at 6:30 on every working day to 12,400 "
    "readers. To change your address write to Rita Moll at the desk in Lomwick, or call 555 0134. The letter is free "
    "of charge until the end of 2027. Photographs by Sven Ott. Our partners are the Harstad Bank and the Benmore "
    "Ferry Line. Corrections are printed in the letter of the next day, and readers may look them up in the archive, "
    "which goes back to 1998 and is open to all."
)


def _market(rng: random.Random) -> str:
    return (
        f"The price of wheat at the Orrin exchange stood at {rng.randint(150, 260)}.{rng.randint(10, 99)} crowns a "
        f"tonne in week {rng.randint(1, 52)}, the board said. Dealers sold {rng.randint(400, 9000)} tonnes. Barley was "
        f"{rng.randint(5, 40)} crowns cheaper than wheat. Oats cost {rng.randint(90, 140)} crowns. The board publishes "
        "its figures every Friday, and it asks dealers in Orrin and Veld to report their sales by noon. Prices hold "
        "for goods delivered to the harbour and include the duty of 4 percent."
    )


def _river(rng: random.Random) -> str:
    return (
        f"The gauge at Old Bridge showed {rng.randint(1, 6)}.{rng.randint(10, 99)} metres at six in the morning, the "
        f"water office in Marn said. Upstream at Pell it was {rng.randint(1, 6)}.{rng.randint(10, 99)} metres. The "
        f"discharge was {rng.randint(100, 900)} cubic metres a second. Ships may pass the lock between 5 and 22 "
        "o'clock. The warning level is 5.80 metres; when it is passed, the office tells the towns of Marn, Pell and "
        "Sutt by telephone. The next reading will be given out tomorrow at the same hour."
    )


def _election(rng: random.Random) -> str:
    (new, old), (town, birthplace) = rng.sample(PEOPLE, 2), rng.sample(PLACES, 2)
    return (
        f"The council of {town} has elected {new} as its new chair for the next four years, the town clerk said on "
        f"Monday evening. {new.split()[1]} follows {old}, who did not stand again. The new chair grew up in "
        f"{birthplace} and has sat on the council since the last election. The chair leads the meetings of the "
        "council, signs its contracts and speaks for the town. Members had voted by secret ballot, as the statute "
        "demands. The swearing in takes place in the town hall next month, and guests are welcome to attend it "
        "without booking."
    )


def _match(rng: random.Random) -> str:
    home, away = rng.sample(PLACES, 2)
    return (
        f"{home} met {away} on Saturday and the match ended {rng.randint(0, 5)}:{rng.randint(0, 5)} before "
        f"{rng.randint(300, 9000)} spectators at the ground of the hosts. {rng.choice(PEOPLE)} opened the scoring in "
        f"the {rng.randint(2, 40)}th minute. {rng.choice(PEOPLE)} of {away} answered in the {rng.randint(41, 88)}th. "
        "The referee showed two yellow cards and none in red. Tickets for the next round go on sale on Wednesday at "
        "the box office and at all post offices of the district. The league table is printed on the page for results, "
        "beside the dates of the coming matches."
    )


def _weather(rng: random.Random) -> str:
    return (
        f"Tomorrow will be {rng.choice(('sunny', 'cloudy', 'wet', 'windy'))} in the district, the weather office says, "
        f"with highs of {rng.randint(5, 30)} degrees and lows of {rng.randint(-5, 4)}. The wind comes from the "
        f"{rng.choice(('north', 'west', 'south'))} at {rng.randint(5, 60)} kilometres an hour. The outlook is made at "
        "noon and holds for the towns on the coast and for the valleys behind it. Walkers in the hills should take "
        "warm clothes with them, whatever the outlook says, and leave word of their way at the hut. The office "
        "answers questions by telephone on working days."
    )


PATTERNS: dict[str, Callable[[random.Random], str]] = {
    "market": _market,
    "river": _river,
    "election": _election,
    "match": _match,
    "weather": _weather,
}
"""The patterns by name; each call writes a report with other numbers or names."""
