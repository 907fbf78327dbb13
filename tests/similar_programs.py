"""Twenty programs for one small exercise, each written by another habit, none from another: what must not look alike.

The exercise: read lines until the end of the input, count the words whatever their case, with no full stops, commas,
exclamation or question marks at their ends, and print each word with its count in the order of the alphabet.
"""

TASK_INPUT = "The cat, the dog.\nA DOG barks! Does the cat?\n\nthe end\n"
TASK_OUTPUT = "a 1\nbarks 1\ncat 2\ndoes 1\ndog 2\nend 1\nthe 4\n"

STARTER = {
    "main.py": """import sys


def main():
    # Read the text from the standard input and print each word with its count.
    text = sys.stdin.read()


if __name__ == "__main__":
    main()
"""
}

INDEPENDENT = [
    # A dictionary and a membership test.
    """
import sys

counts = {}
for line in sys.stdin:
    for word in line.split():
        word = word.strip(".,!?").lower()
        if word == "":
            continue
        if word in counts:
            counts[word] += 1
        else:
            counts[word] = 1
for word in sorted(counts):
    print(word, counts[word])
""",
    # The library's counter.
    """
from collections import Counter
import sys

text = sys.stdin.read().lower()
words = [w.strip(".,!?") for w in text.split()]
tally = Counter(w for w in words if w)
for w, n in sorted(tally.items()):
    print(f"{w} {n}")
""",
    # A regular expression, and get with a default.
    """
import re
import sys

found = re.findall(r"[^\\s.,!?]+", sys.stdin.read())
seen = {}
for each in found:
    key = each.casefold()
    seen[key] = seen.get(key, 0) + 1
print("\\n".join(k + " " + str(seen[k]) for k in sorted(seen.keys())))
""",
    # input() until it fails.
    """
all_words = []
while True:
    try:
        row = input()
    except EOFError:
        break
    for mark in ".,!?":
        row = row.replace(mark, " ")
    all_words.extend(row.lower().split())

all_words.sort()
previous = None
how_many = 0
for current in all_words:
    if current == previous:
        how_many = how_many + 1
    else:
        if previous is not None:
            print(previous, how_many)
        previous = current
        how_many = 1
if previous is not None:
    print(previous, how_many)
""",
    # Functions for each step.
    """
import sys


def clean(word):
    while word and word[-1] in ".,!?":
        word = word[:-1]
    return word.lower()


def read_words():
    result = []
    for line in sys.stdin.readlines():
        for piece in line.split():
            cleaned = clean(piece)
            if len(cleaned) > 0:
                result.append(cleaned)
    return result


def main():
    words = read_words()
    for word in sorted(set(words)):
        print(word, words.count(word))


main()
""",
    # defaultdict and translate.
    """
import sys
from collections import defaultdict

table = str.maketrans("", "", ".,!?")
d = defaultdict(int)
for l in sys.stdin:
    for t in l.translate(table).lower().split():
        d[t] += 1
for k in sorted(d):
    print(k, d[k])
""",
    # groupby.
    """
import itertools
import sys

stream = (token.rstrip("?!,.").lower() for token in sys.stdin.read().split())
ordered = sorted(filter(None, stream))
for word, same in itertools.groupby(ordered):
    print(word, sum(1 for _ in same))
""",
    # A class.
    """
import sys


class WordCounter:
    def __init__(self):
        self.data = {}

    def add(self, raw):
        raw = raw.strip("!?.,")
        if not raw:
            return
        raw = raw.lower()
        self.data.setdefault(raw, 0)
        self.data[raw] += 1

    def show(self):
        for name in sorted(self.data):
            print("%s %d" % (name, self.data[name]))


counter = WordCounter()
for part in sys.stdin.read().split():
    counter.add(part)
counter.show()
""",
    # Letter by letter.
    """
import sys

text = sys.stdin.read()
word = ""
found = dict()
for letter in text + " ":
    if letter in " \\n\\t.,!?":
        if word:
            if word not in found:
                found[word] = 0
            found[word] += 1
        word = ""
    else:
        word += letter.lower()
names = list(found)
names.sort()
for name in names:
    print(name, found[name])
""",
    # Two lists side by side.
    """
import sys

names = []
numbers = []
for line in sys.stdin:
    parts = line.strip().lower().split(" ")
    for i in range(len(parts)):
        p = parts[i].strip(",").strip(".").strip("!").strip("?")
        if p == "":
            continue
        if p in names:
            numbers[names.index(p)] += 1
        else:
            names.append(p)
            numbers.append(1)
pairs = list(zip(names, numbers))
pairs.sort()
for a, b in pairs:
    print(a, b)
""",
    # try and except KeyError.
    """
from sys import stdin

freq = {}
for w in stdin.read().split():
    w = "".join(c for c in w if c not in ",.!?").lower()
    try:
        freq[w] += 1
    except KeyError:
        if w:
            freq[w] = 1
[print(x, freq[x]) for x in sorted(freq)]
""",
    # map, lambda, set and count.
    """
import sys
ws = list(map(lambda s: s.lower().strip('.,?!'), sys.stdin.read().split()))
print(*[u + ' ' + str(ws.count(u)) for u in sorted(set(ws)) if u], sep='\\n')
""",
    # Recursion over the list.
    """
import sys


def tally(words, into):
    if not words:
        return into
    head, *rest = words
    into[head] = into.get(head, 0) + 1
    return tally(rest, into)


raw = sys.stdin.read().lower()
for sign in (".", ",", "!", "?"):
    raw = raw.replace(sign, "")
result = tally(raw.split(), {})
while result:
    smallest = min(result)
    print(smallest, result.pop(smallest))
""",
    # A dict comprehension.
    """
import fileinput
import string

tokens = []
for line in fileinput.input():
    tokens += [t.strip(string.punctuation).lower() for t in line.split()]
tokens = [t for t in tokens if t != ""]
frequency = {t: tokens.count(t) for t in tokens}
for t in sorted(frequency):
    print(t, frequency[t])
""",
    # reduce.
    """
from functools import reduce
import sys


def step(acc, w):
    return {**acc, w: acc.get(w, 0) + 1} if w else acc


ALL = [w.lower().strip("!,.?") for w in sys.stdin.read().split()]
for pair in sorted(reduce(step, ALL, {}).items()):
    print(*pair)
""",
    # endswith in a loop, and a while over an index.
    """
import sys

content = sys.stdin.read()
content = content.lower()
items = content.split()
i = 0
count = {}
while i < len(items):
    item = items[i]
    while item.endswith(".") or item.endswith(",") or item.endswith("!") or item.endswith("?"):
        item = item[0:len(item) - 1]
    if item != "":
        if count.get(item) is None:
            count[item] = 1
        else:
            count[item] = count[item] + 1
    i = i + 1
for key in sorted(count.keys()):
    value = count[key]
    print(str(key) + " " + str(value))
""",
    # A generator.
    """
import sys
from collections import Counter


def words():
    for line in sys.stdin:
        for word in line.casefold().split():
            if word := word.strip(".,!?"):
                yield word


if __name__ == "__main__":
    for word, count in sorted(Counter(words()).items(), key=lambda item: item[0]):
        print(word, count)
""",
    # A sorted list kept by bisect.
    """
import bisect
import sys

keys, values = [], []
for chunk in sys.stdin.read().split():
    chunk = chunk.lower().rstrip(".,!?")
    if not chunk:
        continue
    at = bisect.bisect_left(keys, chunk)
    if at < len(keys) and keys[at] == chunk:
        values[at] += 1
    else:
        keys.insert(at, chunk)
        values.insert(at, 1)
for at, chunk in enumerate(keys):
    print(chunk, values[at])
""",
    # A list of lists, sorted by hand.
    """
import sys

table = []
for line in sys.stdin:
    for w in line.split():
        w = w.lower().strip("?.!,")
        found = False
        for entry in table:
            if entry[0] == w:
                entry[1] += 1
                found = True
                break
        if not found and w != "":
            table.append([w, 1])
for i in range(len(table)):
    for j in range(i + 1, len(table)):
        if table[j][0] < table[i][0]:
            table[i], table[j] = table[j], table[i]
for entry in table:
    print(entry[0], entry[1])
""",
    # One expression after another.
    """
import sys
import re
text = re.sub("[.,!?]", " ", sys.stdin.read())
text = text.lower()
words = text.split()
unique = sorted(set(words))
output = []
for u in unique:
    output.append("{} {}".format(u, sum([1 for x in words if x == u])))
print("\\n".join(output))
""",
]

ORIGINAL = """
import sys


def clean(word):
    while word and word[-1] in ".,!?":
        word = word[:-1]
    return word.lower()


def read_words():
    result = []
    for line in sys.stdin.readlines():
        for piece in line.split():
            cleaned = clean(piece)
            if len(cleaned) > 0:
                result.append(cleaned)
    return result


def main():
    words = read_words()
    for word in sorted(set(words)):
        print(word, words.count(word))


main()
"""

DISGUISED = {
    "the same": ORIGINAL,
    "other names and values": """
import sys


def tidy(w):
    while w and w[-1] in "?!,.":
        w = w[:-1]
    return w.lower()


def collect():
    everything = []
    for row in sys.stdin.readlines():
        for bit in row.split():
            t = tidy(bit)
            if len(t) > 0:
                everything.append(t)
    return everything


def run():
    mine = collect()
    for one in sorted(set(mine)):
        print(one, mine.count(one))


run()
""",
    "functions in another order": """
import sys


def show_all():
    a = load()
    for b in sorted(set(a)):
        print(b, a.count(b))


def load():
    out = []
    for line in sys.stdin.readlines():
        for piece in line.split():
            c = fix(piece)
            if len(c) > 0:
                out.append(c)
    return out


def fix(s):
    while s and s[-1] in ".,!?":
        s = s[:-1]
    return s.lower()


show_all()
""",
    "other comments, layout and brackets": '''
# Word counter, by me
import sys
def clean( word ):
    """Take the marks away."""
    while (word and (word[-1] in ".,!?")):   # the end
        word = (word[:-1])
    return (word.lower());

def read_words( ):
    """Read."""
    result = [ ]
    for line in (sys.stdin.readlines()):
        # every piece
        for piece in (line.split()):
            cleaned = clean(
                piece
            )
            if (len(cleaned) > 0): result.append(cleaned)
    return (result)
def main():
    words = read_words()
    for word in (sorted(set(words))):
        print(word, words.count(word))  # out
main()
''',
    "dead statements put in": """
import sys
import os


def clean(word):
    unused = 0
    while word and word[-1] in ".,!?":
        word = word[:-1]
    return word.lower()


def read_words():
    result = []
    debug = False
    for line in sys.stdin.readlines():
        for piece in line.split():
            cleaned = clean(piece)
            if len(cleaned) > 0:
                result.append(cleaned)
    if debug:
        print("debug", result)
    return result


def helper():
    return None


def main():
    words = read_words()
    limit = 100
    for word in sorted(set(words)):
        print(word, words.count(word))


main()
""",
}
