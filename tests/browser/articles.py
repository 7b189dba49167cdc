"""Prints invented stories as JSON Lines: of each an agency's version, some printed whole, and one cut and edited.

articles.py STORIES [PRINTED]
"""
import json
import random
import sys

PLACES = "Port Alma,Vesk,Kettleby,Marlow,Ravensholt,Tidewell,Dunlow,Oldhaven,Brackwater,Castlereach".split(",")
OUTLETS = "Harbour Herald,Tribune of Vesk,Marlow Gazette,Inland Post,Quay Courier,Northern Mail,Valley Sentinel".split(",")
AGENCIES = "AP,Reuters,AFP,UPI,dpa".split(",")
SOUNDS = [a + b for a in "b br d f g h k l m n p r s st t v w".split() for b in "a e i o u ai ea".split()]


def word(dice):
    return "".join(dice.choice(SOUNDS) for _ in range(dice.randint(1, 3))) + dice.choice(["", "n", "r", "s", "t"])


def sentence(dice):
    words = [word(dice) for _ in range(dice.randint(9, 20))]
    return " ".join(words).capitalize() + "."


def story(number, printed):
    dice = random.Random(number)
    place, agency = dice.choice(PLACES), dice.choice(AGENCIES)
    paragraphs = [" ".join(sentence(dice) for _ in range(3)) for _ in range(12)]
    title = " ".join(word(dice) for _ in range(5)).capitalize()
    first, second, third = dice.sample(OUTLETS, 3)
    day = f"2026-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
    lead = f"{place.upper()} ({agency}) - "
    whole = lead + "\n\n".join(paragraphs)
    cut = "\n\n".join([sentence(dice)] + paragraphs[:7] + [sentence(dice)])
    yield {"id": f"{number}-a", "title": title, "outlet": first, "published": f"{day}T06:10:00Z", "text": whole}
    for n in range(printed):
        more = {"id": f"{number}-b{n}", "title": title + " again", "outlet": second if n == 0 else f"{second} {n}"}
        yield more | {"published": f"{day}T{9 + n % 9:02}:{n % 60:02}:00Z", "text": whole + "\n\n" + sentence(dice)}
    yield {"id": f"{number}-c", "title": "In short: " + title, "outlet": third, "published": f"{day}T18:05:00Z", "text": cut}


for n in range(int(sys.argv[1])):
    for article in story(n, int(sys.argv[2]) if len(sys.argv) > 2 else 1):
        print(json.dumps(article))
